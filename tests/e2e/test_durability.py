"""kill -9 at random moments under load: every accepted event is stored exactly once."""

import random
import threading
import uuid
from collections import Counter
from pathlib import Path

import httpx

from tests.e2e.stack import event, eventually, quick_template, running

ROUNDS = 4
STUDENTS = 8


class Ledger:
    """The events of each simulated notebook, and their answers; a batch without an answer is retried with its ids."""

    def __init__(self) -> None:
        self.accepted: set[str] = set()
        self.sent: set[str] = set()
        self._lock = threading.Lock()

    def post_until(self, url: str, user: str, stop: threading.Event) -> None:
        with httpx.Client(timeout=10, trust_env=False) as client:
            while not stop.is_set():
                ids = [uuid.uuid4().hex for _ in range(random.randint(1, 20))]
                with self._lock:
                    self.sent |= set(ids)
                try:
                    answer = client.post(url, json=[event(event_id, user) for event_id in ids])
                except httpx.TransportError:
                    continue
                if answer.status_code == 202:
                    with self._lock:
                        self.accepted |= set(ids)


def test_every_accepted_event_is_stored_once_when_any_part_is_killed(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    print(f"seed {seed}")
    dice = random.Random(seed)
    ledger = Ledger()
    for _ in range(ROUNDS):
        with running(tmp_path / "data") as stack:
            stop = threading.Event()
            posters = [
                threading.Thread(target=ledger.post_until, args=(stack.ready["ingest_url"], f"user{number}", stop))
                for number in range(STUDENTS)
            ]
            for poster in posters:
                poster.start()
            stop.wait(dice.uniform(0.3, 1.5))
            stack.kill()
            stop.set()
            for poster in posters:
                poster.join()
    with running(tmp_path / "data") as stack:
        assert len(ledger.accepted) > 100
        eventually(lambda: ledger.accepted <= set(stack.stored_ids()))
        stored = Counter(stack.stored_ids())
        assert set(stored.values()) == {1}
        assert set(stored) <= ledger.sent
        students = stack.get("classes/default/progress")["students"]
        assert sum(student["runs"] for student in students) == len(stored)


def test_events_queued_before_a_kill_are_processed_after_it(tmp_path: Path) -> None:
    """The queue is filled while no consumer drains it, so the events can only come from its durable copy."""
    with running(tmp_path / "data", "--max-workers", "1") as stack:
        [consumer] = [process for process in stack.family() if process.cwd().endswith("functions/consume")]
        consumer.suspend()
        for number in range(20):
            assert stack.post([event(f"queued-{number}")]).status_code == 202
        assert stack.stored_ids() == []
        stack.kill()
    with running(tmp_path / "data") as stack:
        eventually(lambda: len(stack.stored_ids()) == 20)


def test_killed_servers_are_restarted(tmp_path: Path) -> None:
    with running(tmp_path / "data", "--template", quick_template(tmp_path)) as stack:
        stack.post([event("before")])
        eventually(lambda: stack.stored_ids() == ["before"])
        for process in stack.family():
            if process.name() in {"postgres", "valkey-server"} and process.ppid() == stack.process.pid:
                process.kill()
        eventually(lambda: stack.post([event("after")]).status_code == 202)
        eventually(lambda: stack.http.get("/api/v1/health/ready").status_code == 200)
        eventually(lambda: sorted(stack.stored_ids()) == ["after", "before"])
