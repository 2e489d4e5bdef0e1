"""A client of the control API of the runner that uses a data directory."""

import contextlib
import http.client
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner.embedded.data_dir import DataDir, write_private
from runner.errors import RunnerError

FILE = "control.json"
# The token alone, as Prometheus reads it (credentials_file).
TOKEN_FILE = "control.token"  # noqa: S105 - a file name


def publish(data_dir: DataDir, port: int) -> Callable[[], None]:
    """Write the control API's address and token to the data directory; return the function that removes them."""
    token = data_dir.key("control_token")
    texts = {FILE: json.dumps({"port": port, "token": token, "pid": os.getpid()}), TOKEN_FILE: token}
    for name, text in texts.items():
        write_private(data_dir.path / name, f"{text}\n")

    def remove() -> None:
        for name in texts:
            (data_dir.path / name).unlink(missing_ok=True)

    return remove


@dataclass(frozen=True)
class Answer:
    """An answer of the control API."""

    status: int
    headers: dict[str, str]
    body: Any


class ControlClient:
    """Requests to the running system."""

    def __init__(self, data_dir: Path) -> None:
        """Raises RunnerError: no runner uses the directory."""
        try:
            address = json.loads((data_dir / FILE).read_text())
        except (OSError, ValueError) as error:
            raise RunnerError(
                f"no runner works in {data_dir}: start one, or name another directory with --data-dir"
            ) from error
        self._port: int = address["port"]
        self._token: str = address["token"]

    def request(self, method: str, path: str, body: bytes | None = None) -> Answer:
        """Return the answer. Raises RunnerError: the runner does not answer, or refuses the request."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=310)
        with contextlib.closing(connection):
            try:
                connection.request(method, path, body, {"authorization": f"Bearer {self._token}"})
                response = connection.getresponse()
                text = response.read()
            except OSError as error:
                raise RunnerError("the runner does not answer: was it killed? start it again") from error
        headers = {name.lower(): value for name, value in response.getheaders()}
        answer: Any = json.loads(text) if text else None
        if response.status >= 400:
            raise RunnerError((answer or {}).get("error", f"HTTP {response.status}"))
        return Answer(response.status, headers, answer)
