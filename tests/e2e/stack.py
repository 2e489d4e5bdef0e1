"""A complete ClassPulse in a separate process, started as a user starts it."""

import base64
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psutil
from websockets.sync.client import ClientConnection, connect

ROOT = Path(__file__).parents[2]
# A limit against hanging, even on a busy machine; it measures no speed.
PATIENCE_SECONDS = 120.0
START_SECONDS = 180.0
STOP_SECONDS = 30.0
# Run functions in threads, which halves the processor time of a start. For tests that do not test the workers.
IN_PROCESS = "--in-process"
REPLACEMENTS = ("DATABASE_URL", "REDIS_URL", "REDIS_HOST", "REDIS_PORT", "INFLUXDB_URL")
T = TypeVar("T")


def eventually(look: Callable[[], T | None], seconds: float = PATIENCE_SECONDS) -> T:
    """Return the first truthy answer; fail after a limit against hanging."""
    deadline = time.monotonic() + seconds
    pause = 0.02
    while True:
        if found := look():
            return found
        assert time.monotonic() < deadline, f"not within {seconds} s: last answer {found!r}"
        time.sleep(pause)
        # Polling often sends a request, which competes with the awaited work for the processor.
        pause = min(pause * 1.5, 0.25)


def id_in_path(found: str) -> str:
    """Return an id encoded for use in a URL path."""
    return f"~{base64.urlsafe_b64encode(found.encode()).rstrip(b'=').decode()}"


def event(event_id: str, user_id: str = "ada", **fields: Any) -> dict[str, Any]:
    """Return a valid event: a successful run."""
    return {
        "eventId": event_id,
        "eventType": "cell_executed",
        "eventTime": "2026-01-01T09:00:00Z",
        "userId": user_id,
        "notebookPath": "week1.ipynb",
        "cellId": "c1",
        "cellIndex": 0,
        "hasError": False,
        **fields,
    }


class Stack:
    """A running local_runner.py. kill() is kill -9; stop() is Ctrl-C."""

    def __init__(
        self,
        data_dir: Path,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        command: Sequence[str] = (sys.executable, str(ROOT / "local_runner.py")),
    ) -> None:
        self.ready_file = data_dir.with_name(f"{data_dir.name}.ready.json")
        self.ready_file.unlink(missing_ok=True)
        options = ["--port", "0", "--data-dir", str(data_dir), "--ready-file", str(self.ready_file), *arguments]
        inherited = {name: value for name, value in os.environ.items() if name not in REPLACEMENTS}
        self.output_path = data_dir.with_name(f"{data_dir.name}.out")
        with self.output_path.open("ab") as output:
            self.process = subprocess.Popen(
                [*command, *options],
                cwd=data_dir.parent,
                env=inherited | dict(environment or {}),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            self._wait_until_ready()
        except BaseException:
            # Its children end with it.
            self.process.kill()
            self.process.wait()
            raise
        self.ready: dict[str, Any] = json.loads(self.ready_file.read_text())
        self.http = httpx.Client(
            base_url=self.ready["api_url"].removesuffix("/api/v1"),
            headers={"authorization": f"Bearer {self.ready['instructor_token']}"},
            timeout=30,
            trust_env=False,
        )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self.ready_file.exists():
            assert self.process.poll() is None, self.output_path.read_text()
            assert time.monotonic() < deadline, self.output_path.read_text()
            time.sleep(0.05)

    def post(self, events: Any, *, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Post a batch as a notebook does: with the ingest key, unless the headers override it."""
        shown = {"authorization": f"Bearer {self.ready['ingest_key']}"} | dict(headers or {})
        return httpx.post(self.ready["ingest_url"], json=events, headers=shown, timeout=30, trust_env=False)

    def status(self) -> Any:
        """Return the runner's status."""
        return self.runner("status").json()

    def runner(self, name: str) -> httpx.Response:
        """Return /_runner/<name>, which needs the token of the data directory."""
        token = (Path(self.ready["data_dir"]) / "control.token").read_text().strip()
        return self.http.get(f"/_runner/{name}", headers={"authorization": f"Bearer {token}"}).raise_for_status()

    def get(self, path: str) -> Any:
        """Return the query API's answer, which must have status 200."""
        response = self.http.get(f"/api/v1/{path}")
        assert response.status_code == 200, response.text
        return response.json()

    def link(self, email: str | None = None) -> str:
        """Return a one-time sign-in link for the operator or the account."""
        answer = self.http.post("/api/v1/session/links", json={"email": email})
        assert answer.status_code == 200, answer.text
        return f"{self.ready['api_url'].removesuffix('api/v1')}?token={answer.json()['link']}"

    def account(self, name: str, password: str | None = None, *, may_create_classes: bool = False) -> str:
        """Create an account; return its address."""
        email = f"{name.lower()}-{uuid.uuid4().hex[:8]}@example.org"
        body = {"email": email, "name": name, "password": password, "mayCreateClasses": may_create_classes}
        answer = self.http.post("/api/v1/manage/accounts", json=body)
        assert answer.status_code == 201, answer.text
        return email

    def stored_ids(self, class_id: str = "default") -> list[str]:
        """Return every stored event's id, page by page."""
        found: list[str] = []
        after = ""
        while True:
            page = self.get(f"classes/{id_in_path(class_id)}/events?limit=1000{after}")
            found += [fact["eventId"] for fact in page["events"]]
            if page["next"] is None:
                return found
            after = f"&after={page['next']}"

    def socket(self) -> ClientConnection:
        """Open the dashboard's socket."""
        return connect(
            f"{self.ready['websocket_url']}?token={self.ticket()}", proxy=None, open_timeout=PATIENCE_SECONDS
        )

    def ticket(self) -> str:
        """Return a ticket of the operator."""
        # An emulated AWS has an address for each function.
        sessions = self.ready.get("session_url", f"{self.ready['api_url']}/session")
        answer = self.http.post(f"{sessions}/tickets", json={})
        assert answer.status_code == 200, answer.text
        ticket: str = answer.json()["ticket"]
        return ticket

    def family(self) -> list[psutil.Process]:
        """Return the runner and all its child processes."""
        runner = psutil.Process(self.process.pid)
        return [runner, *runner.children(recursive=True)]

    def kill(self) -> None:
        """kill -9 the runner, and wait until its children have ended too."""
        family = self.family()
        self.process.kill()
        self.process.wait()
        self.http.close()
        _, alive = psutil.wait_procs(family, timeout=15)
        assert not alive, f"left behind: {alive}"

    def stop(self, number: signal.Signals = signal.SIGINT, seconds: float = STOP_SECONDS) -> int:
        """Stop it and return its exit status; no process may remain after that many seconds."""
        family = self.family()
        self.process.send_signal(number)
        status = self.process.wait(seconds)
        self.http.close()
        _, alive = psutil.wait_procs(family, timeout=1)
        assert not alive, f"left behind: {alive}"
        return status


@contextmanager
def running(data_dir: Path, *arguments: str, **options: Any) -> Iterator[Stack]:
    """Run a stack for the length of a block."""
    stack = Stack(data_dir, *arguments, **options)
    try:
        yield stack
    except BaseException:
        print(f"The runner's output:\n{stack.output_path.read_text()[-10_000:]}")
        raise
    finally:
        if stack.process.poll() is None:
            stack.stop()


def receive(socket: ClientConnection, kind: str, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
    """Return the next message of that type."""
    while True:
        message: dict[str, Any] = json.loads(socket.recv(seconds))
        if message["type"] == kind:
            return message


def quick_template(folder: Path) -> str:
    """Write a copy of the template with a short visibility timeout; return its path."""
    text = (ROOT / "template.yaml").read_text()
    for slow, quick in (
        ("VisibilityTimeout: 30", "VisibilityTimeout: 4"),
        ("VisibilityTimeout: 60", "VisibilityTimeout: 7"),
        ("      Timeout: 30\n", "      Timeout: 6\n"),
        ("Timeout: 10\n", "Timeout: 3\n"),
    ):
        assert slow in text
        text = text.replace(slow, quick)
    for name in ("functions", "layers", "infra"):
        (folder / name).symlink_to(ROOT / name)
    path = folder / "template.yaml"
    path.write_text(text)
    return str(path)
