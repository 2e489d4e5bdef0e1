"""The demo in real time, and as a command."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from typing import Any

import pytest
from classpulse.ingest.batches import parse_batch

from demo.client import Answer, Event
from demo.outbox import Outbox
from demo.play import Run, play

RUN = Run(datetime(2026, 1, 5, 9, tzinfo=UTC), students=40, seed=1, speed=1.0, class_id="c-1")


def first_events(run: Run, batches: int = 200) -> list[Event]:
    return [event for _, sent in islice(run.batches(), batches) for events in sent.values() for event in events]


def test_another_run_of_a_seed_has_the_same_events_under_other_ids() -> None:
    later = replace(RUN, began=RUN.began + timedelta(microseconds=1))
    first, again = first_events(RUN), first_events(later)
    assert not {event["eventId"] for event in first} & {event["eventId"] for event in again}
    own = ("eventId", "sessionId", "eventTime", "runId")
    assert [{k: v for k, v in e.items() if k not in own} for e in first] == [
        {k: v for k, v in e.items() if k not in own} for e in again
    ]
    assert first_events(RUN) == first


def test_an_event_id_always_means_the_same_event() -> None:
    found: dict[str, Event] = {}
    for event in first_events(RUN, 2000):
        assert found.setdefault(event["eventId"], event) == event


def test_the_demo_posts_only_events_that_the_contract_accepts() -> None:
    events = first_events(RUN)
    parsed = [parse_batch(json.dumps(events[at : at + 100]).encode()) for at in range(0, len(events), 100)]
    assert not [rejection for batch in parsed for rejection in batch.rejected]
    assert {event.class_id for batch in parsed for event in batch.events} == {"c-1"}


def test_speed_shortens_the_lesson() -> None:
    def last(run: Run) -> float:
        return max(due for due, _ in islice(run.batches(), 20))

    fast = replace(RUN, speed=10.0)
    assert last(fast) < last(RUN)
    right = {student.user_id for student in fast.enrolled if not student.setup.clock}
    timed = [event["eventTime"] for event in first_events(fast, 20) if event.get("userId") in right]
    assert timed
    assert max(timed) < "2026-01-05T09:00:06"


def test_the_lesson_ends_after_its_minutes_with_all_events_sent() -> None:
    taken: list[Event] = []

    def post(events: list[Event]) -> Answer:
        taken.extend(events)
        return Answer(accepted=len(events))

    outbox = Outbox(post)
    play(replace(RUN, speed=100.0), outbox, threading.Event(), seconds=1.0)
    assert outbox.counts["accepted"] == outbox.counts["posted"] == len(taken) > 40
    assert outbox.summary().endswith("0 waiting")


class CrowdServer(ThreadingHTTPServer):
    """Accepts a class that connects at once: the standard library's backlog is five."""

    request_queue_size = 128


class Door:
    """An ingest address that gives every batch the same status."""

    def __init__(self, status: int) -> None:
        self.posted = threading.Event()
        door = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                events: list[Any] = json.loads(self.rfile.read(int(self.headers["content-length"])))
                text = json.dumps({"processed_count": len(events), "rejected": [], "error": "a fixed text"}).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)
                door.posted.set()

            def log_message(self, *arguments: object) -> None:
                """Keep the test's output clean."""

        self.http = CrowdServer(("127.0.0.1", 0), Handler)
        self.command = [sys.executable, "-m", "demo", "--speed", "20", "--ingest-url"]
        self.command.append(f"http://127.0.0.1:{self.http.server_port}/api/v1/events")


@pytest.fixture
def door(request: pytest.FixtureRequest) -> Iterator[Door]:
    found = Door(request.param)
    thread = threading.Thread(target=found.http.serve_forever, args=(0.01,))
    thread.start()
    yield found
    found.http.shutdown()
    thread.join()
    found.http.server_close()


@pytest.mark.parametrize("door", [202], indirect=True)
@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_demo_and_it_prints_a_summary(door: Door, asked: signal.Signals) -> None:
    with subprocess.Popen(door.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert door.posted.wait(20)
        process.send_signal(asked)
        output, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")
    assert "accepted, 0 rejected, 0 retried, 0 waiting" in output.splitlines()[-1]


@pytest.mark.parametrize("door", [503], indirect=True)
def test_a_signal_stops_the_demo_while_the_server_refuses_events(door: Door) -> None:
    with subprocess.Popen(door.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert door.posted.wait(20)
        process.terminate()
        output, _ = process.communicate(timeout=10)
    assert process.returncode == 1
    assert "(last problem: HTTP 503 a fixed text)" in output.splitlines()[-1]


@pytest.mark.parametrize("door", [403], indirect=True)
def test_a_wrong_key_stops_the_demo_with_a_one_line_error(door: Door) -> None:
    done = subprocess.run(door.command, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 2
    assert done.stderr == f"python -m demo: {door.command[-1]} accepts no events: HTTP 403 a fixed text\n"
