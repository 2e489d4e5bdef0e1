"""The recipes of docs/clients/ as programs, and the payloads that the real clients sent."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Thread
from typing import Any

import httpx

from tests.documents import ROOT
from tests.e2e.stack import PATIENCE_SECONDS, eventually

CLIENTS = ROOT / "docs" / "clients"
PAYLOADS = ROOT / "tests" / "events" / "clients"
ORIGIN = "http://localhost:8888"


def payload(client: str, name: str) -> Any:
    """Return what the real client sent; the file's name says when."""
    return json.loads((PAYLOADS / client / f"{name}.json").read_text())


def names_of(client: str) -> list[str]:
    """Return the names of all payloads of a client."""
    return sorted(path.stem for path in (PAYLOADS / client).glob("*.json"))


def program_of(document: str, **settings: str | int) -> str:
    """Return the one Python block of a recipe, with other values for the settings at its beginning."""
    [program] = re.findall(r"```python\n(.*?)```", (CLIENTS / document).read_text(), re.DOTALL)
    for name, value in settings.items():
        program, changes = re.subn(rf"(?m)^{name} = .*$", f"{name} = {value!r}", program)
        assert changes == 1, name
    return str(program)


# What the Jupyter server does with the configuration, and with each event that JupyterLab's page posts.
_JUPYTER = """
import json, sys, types
settings = types.SimpleNamespace()
program = compile(open(sys.argv[1]).read(), sys.argv[1], "exec")
exec(program, {"c": types.SimpleNamespace(JupyterLabPioneerApp=settings)})
[entry] = settings.exporters
print(json.dumps(entry), flush=True)
for line in sys.stdin:
    arguments = entry["args"] | {"data": json.loads(line)}
    print(json.dumps(settings.custom_exporter[entry["args"]["id"]](arguments)), flush=True)
"""


class Pioneer:
    """A process that calls the exporter of jupyterlab-pioneer's recipe as the extension does."""

    def __init__(self, config: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _JUPYTER, str(config)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        # What the extension hands to the browser.
        self.entry = self._answer()

    def export(self, data: Any) -> str:
        """Hand a payload to the exporter; return the message of its answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{json.dumps(data)}\n")
        self.process.stdin.flush()
        return str(self._answer()["message"])

    def _answer(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        """End the process with its thread that sends."""
        self.process.kill()
        self.process.communicate()


@contextmanager
def pioneer(folder: Path, url: str, key: str, user: str = "ada") -> Iterator[Pioneer]:
    """Run the recipe of jupyterlab-pioneer for the length of a block."""
    config = folder / "jupyter_jupyterlab_pioneer_config.py"
    config.write_text(program_of("jupyterlab-pioneer.md", URL=url, KEY=key, USER=user))
    found = Pioneer(config)
    try:
        yield found
    finally:
        found.close()


@contextmanager
def sidecar(folder: Path, port: int, url: str, key: str) -> Iterator[httpx.Client]:
    """Run the sidecar of Unianalytics as its document says; yield a client that sends as JupyterLab's page does."""
    program = program_of("unianalytics.md", URL=url, KEY=key, ORIGIN=ORIGIN, PORT=port)
    (folder / "unianalytics.py").write_text(program)
    process = subprocess.Popen([sys.executable, "unianalytics.py"], cwd=folder)
    headers = {"origin": ORIGIN, "content-type": "application/json"}
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, trust_env=False, timeout=60) as client:
            eventually(lambda: _answers(client, process))
            yield client
    finally:
        process.kill()
        process.wait()


def _answers(client: httpx.Client, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None
    try:
        return client.options("/send/exec/code").status_code == 204
    except httpx.ConnectError:
        return False


class Listener:
    """A server that answers with the given statuses, one a request, then with the last one for ever.

    Requests wait until `open` is set, and are kept with the keys that they show.
    """

    def __init__(self, *statuses: int) -> None:
        self.statuses = [*statuses]
        self.requests: list[tuple[str | None, Any]] = []
        self.open = True
        self.changed = Condition()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status = outer.answer(self.headers["Authorization"], body)
                answer = json.dumps({"rejected": []}).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                """Log nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/api/v1/events"

    def answer(self, key: str | None, body: Any) -> int:
        """Keep a request; return the status to answer with."""
        with self.changed:
            self.requests.append((key, body))
            self.changed.notify_all()
            self.changed.wait_for(lambda: self.open)
            return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]

    def let_pass(self) -> None:
        """Answer all requests from now on."""
        with self.changed:
            self.open = True
            self.changed.notify_all()

    def received(self, number: int) -> list[tuple[str | None, Any]]:
        """Wait for that many requests; return them."""
        return self._wait(lambda: len(self.requests) >= number)

    def events(self, number: int) -> list[dict[str, Any]]:
        """Wait for that many events, in whatever batches; return them."""
        requests = self._wait(lambda: sum(len(body) for _, body in self.requests) >= number)
        return [event for _, body in requests for event in body]

    def _wait(self, condition: Callable[[], bool]) -> list[tuple[str | None, Any]]:
        with self.changed:
            assert self.changed.wait_for(condition, timeout=PATIENCE_SECONDS), self.requests
            return [*self.requests]


@contextmanager
def listening(*statuses: int) -> Iterator[Listener]:
    """Run a listener for the length of a block."""
    listener = Listener(*statuses)
    thread = Thread(target=listener.server.serve_forever)
    thread.start()
    try:
        yield listener
    finally:
        listener.let_pass()
        listener.server.shutdown()
        thread.join()
        listener.server.server_close()
