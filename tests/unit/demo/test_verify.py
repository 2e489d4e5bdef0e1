"""`python -m demo --verify` against a server that shows exactly what is true, and against one that is wrong."""

import base64
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from demo.play import Run, user_of
from demo.reading import shown_of
from demo.state import Place, Snapshot, Status
from demo.truth import lines

STUDENTS, MINUTES = 40, 10
LONG_AGO = "2026-01-05T09:00:00Z"


class Observer:
    """A server that takes events and shows the truth, as ClassPulse's API would; `blind` to one status, if given."""

    def __init__(self, blind: Status | None) -> None:
        self.blind = blind
        self.truth = lines(STUDENTS, 1, MINUTES * 60)
        self.posted: list[str] = []
        self.users: set[str] = set()
        self.sent_at: set[str] = set()
        self.http = _CrowdServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.http.server_port}/api/v1/events"

    def post(self, events: list[dict[str, Any]]) -> dict[str, Any]:
        self.posted += [event["eventId"] for event in events]
        self.users |= {user_of(event) for event in events}
        self.sent_at |= {user_of(event) for event in events if "sentAt" in event}
        return {"processed_count": len(events), "rejected": []}

    def get(self, address: str) -> dict[str, Any]:
        parts = urlsplit(address)
        name, path = parts.path.split("/classes/~")[1].split("/")
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if path == "events":
            return {"events": [{"eventId": found} for found in self.posted], "next": None}
        class_id = base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode()
        began = datetime.fromtimestamp(int(class_id.split("-")[2], 16) / 1_000_000, UTC)
        at = (datetime.fromisoformat(query["at"]) - began).total_seconds() if "at" in query else MINUTES * 60.0
        found = {line.student.user_id: line.at(at) for line in self.truth}
        if path == "notebooks":
            return {"notebooks": [{"notebookPath": book} for book in sorted(_books(found))]}
        if path == "grid":
            return self._grid(found, query["notebook"])
        return {"students": [_student(user_id, truth, began) for user_id, truth in found.items()]}

    def _grid(self, found: dict[str, Snapshot], book: str) -> dict[str, Any]:
        columns = sorted({cell for truth in found.values() for path, cell in truth.cells if path == book})
        rows = [
            {
                "userId": user_id,
                "cells": [
                    [columns.index(cell), status, 1, 0, None]
                    for (path, cell), status in truth.cells.items()
                    if path == book and status != self.blind
                ],
            }
            for user_id, truth in found.items()
        ]
        return {"columns": [{"cellId": cell, "cellIndex": None} for cell in columns], "rows": rows}

    def _handler(observer: "Observer") -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                self.answer(202, observer.post(body))

            def do_GET(self) -> None:
                allowed = self.headers["authorization"] == "Bearer token"
                self.answer(200 if allowed else 403, observer.get(self.path) if allowed else {})

            def answer(self, status: int, body: dict[str, Any]) -> None:
                text = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *arguments: object) -> None:
                """Keep the test's output clean."""

        return Handler


class _CrowdServer(ThreadingHTTPServer):
    """Accepts a class that connects at once."""

    request_queue_size = 128
    daemon_threads = True


def _books(found: dict[str, Snapshot]) -> set[str]:
    return {path for truth in found.values() for path, _ in truth.cells}


def _student(user_id: str, truth: Snapshot, began: datetime) -> dict[str, Any]:
    statuses = set(truth.cells.values())
    place: Place | tuple[None, None] = truth.place or (None, None)
    hand = None if truth.hand_since is None else (began + timedelta(seconds=truth.hand_since)).isoformat()
    return {
        "userId": user_id,
        "runningSince": LONG_AGO if Status.RUNNING in statuses else None,
        "waitingSince": LONG_AGO if Status.WAITING in statuses else None,
        "helpSince": hand,
        "helpUntil": None,
        "errorStreak": truth.streak,
        "notebookPath": place[0],
        "cellId": place[1],
    }


@pytest.fixture
def observer(request: pytest.FixtureRequest) -> Iterator[Observer]:
    found = Observer(request.param)
    thread = threading.Thread(target=found.http.serve_forever, args=(0.01,))
    thread.start()
    yield found
    found.http.shutdown()
    thread.join()
    found.http.server_close()


def verified(observer: Observer, *options: str, token: str = "token") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "demo", "--ingest-url", observer.url, "--verify", "--at-once"]
    command += ["--minutes", str(MINUTES), "--students", str(STUDENTS), "--token", token, *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("observer", [None], indirect=True)
def test_a_system_that_shows_the_truth_passes(observer: Observer) -> None:
    done = verified(observer, "--bound", "1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("every state is at 100% or above\n")
    assert len(observer.users) == STUDENTS
    modern = {line.student.user_id for line in observer.truth if line.student.setup.says_when_it_sends}
    assert observer.sent_at == modern


@pytest.mark.parametrize("observer", [Status.ABORTED], indirect=True)
def test_a_system_that_hides_a_state_fails_and_the_state_is_named(observer: Observer) -> None:
    done = verified(observer)
    assert done.returncode == 1
    assert done.stdout.endswith("below 99%: cell: never ran\n")
    assert "cell: never ran: true week05/statistics.ipynb" in done.stdout


@pytest.mark.parametrize("observer", [None], indirect=True)
def test_a_wrong_token_is_a_one_line_error(observer: Observer) -> None:
    done = verified(observer, token="wrong")
    assert done.returncode == 2
    api = observer.url.removesuffix("/events")
    assert done.stderr == f"python -m demo: {api} does not show the class: HTTP 403\n"


@pytest.mark.parametrize("observer", [None], indirect=True)
@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--speed", "20"), "--verify needs a --speed of 0.2 to 4"),
        (("--token", ""), "--verify reads the class: set INSTRUCTOR_TOKEN"),
        (("--bound", "99"), "must be 0 to 1"),
    ],
)
def test_what_cannot_be_verified_is_refused(observer: Observer, options: tuple[str, ...], problem: str) -> None:
    done = verified(observer, *options)
    assert (done.returncode, observer.posted) == (2, [])
    assert problem in done.stderr


@pytest.mark.parametrize(("until", "up"), [(None, True), ("09:02:00", True), ("09:01:40", False), ("09:01:00", False)])
def test_a_hand_is_down_once_its_lease_has_ended(until: str | None, up: bool) -> None:
    run = Run(datetime(2026, 1, 5, 9, tzinfo=UTC), students=1, seed=1, speed=1.0, class_id="c")
    student = _student("a", Snapshot(hand_since=30.0), run.began)
    student["helpUntil"] = f"2026-01-05T{until}Z" if until else None
    assert shown_of(student, {}, run, 100.0, {}).hand_since == (30.0 if up else None)


def test_a_renamed_notebook_is_the_notebook_that_it_was() -> None:
    run = Run(datetime(2026, 1, 5, 9, tzinfo=UTC), students=1, seed=1, speed=1.0, class_id="c")
    student = _student("a", Snapshot(("week05/mine.ipynb", "mean")), run.began)
    books = {("a", "week05/mine.ipynb"): "week05/statistics.ipynb"}
    assert shown_of(student, {}, run, 1.0, books).place == ("week05/statistics.ipynb", "mean")
    assert shown_of(student, {}, run, 1.0, {}).place == ("week05/mine.ipynb", "mean")
