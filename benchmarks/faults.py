"""Events lost or stored twice when workers, the runner, Redis and PostgreSQL are killed (`kill -9`) at random moments.

A class posts meanwhile; it retries a batch without an answer, with the same ids. The client notes the ids: every event
that it was told is accepted must be stored exactly once.
"""

import argparse
import asyncio
import itertools
import json
import random
import tempfile
import threading
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import psutil

from benchmarks.ledger import Books, Ledger
from benchmarks.results import Result, Table, Timed
from benchmarks.runner_load import Connection
from tests.e2e.stack import Stack, event, eventually, running

POSTERS = 8
MOST = 20
DRAIN_SECONDS = 120.0
VICTIMS = ("a worker", "Redis", "PostgreSQL", "the runner")


class Posters:
    """Notebooks that post until they are stopped. url: changes when the runner restarts."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._stop = threading.Event()
        self.url = ""
        self.statuses: Counter[int] = Counter()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._all()))

    def start(self, url: str) -> None:
        """Start to post."""
        self.url = url
        self._thread.start()

    def stop(self) -> None:
        """Stop; wait for the batches under way."""
        self._stop.set()
        self._thread.join()

    async def _all(self) -> None:
        await asyncio.gather(*(self._post(number) for number in range(POSTERS)))

    async def _post(self, number: int) -> None:
        numbers = itertools.count()
        while not self._stop.is_set():
            ids = [uuid.uuid4().hex for _ in range(next(numbers) % MOST + 1)]
            body = json.dumps([event(event_id, f"student-{number}") for event_id in ids]).encode()
            self._ledger.sent.update(ids)
            while (status := await Connection(self.url).post(body)) != 202:
                self.statuses[status] += 1
                await asyncio.sleep(0.1)
                if self._stop.is_set() and status == 0:
                    return
            self.statuses[status] += 1
            self._ledger.accepted.update(ids)
            await asyncio.sleep(0.02)


def kill(stack: Stack, victim: str, dice: random.Random) -> str:
    """Kill a process of that kind, other than the runner; return its name."""
    members = stack.family()
    if victim == "a worker":
        chosen = dice.choice([one for one in members if "functions" in one.cwd()])
        name = Path(chosen.cwd()).name
    else:
        program = {"Redis": "valkey-server", "PostgreSQL": "postgres"}[victim]
        chosen = next(one for one in members if one.name() == program and one.ppid() == stack.process.pid)
        name = program
    chosen.kill()
    return name


def run(options: argparse.Namespace, folder: Path) -> tuple[Books, list[list[str]], Counter[int]]:
    """Kill the victims one after the other, then wait until every event is stored."""
    dice = random.Random(options.seed)  # noqa: S311
    victims = [victim for _ in range(options.rounds) for victim in dice.sample(VICTIMS, len(VICTIMS))]
    ledger = Ledger()
    posters = Posters(ledger)
    rows: list[list[str]] = []
    began = time.monotonic()
    while True:
        with running(folder / "data") as stack:
            posters.url = stack.ready["ingest_url"]
            if not rows:
                posters.start(posters.url)
            while victims:
                victim = victims.pop(0)
                time.sleep(dice.uniform(0.5, 3.0))
                before = len(ledger.accepted)
                at = time.monotonic() - began
                if victim == "the runner":
                    stack.kill()
                    rows.append([f"{at:.1f} s: {victim}", f"{before:,}"])
                    break
                rows.append([f"{at:.1f} s: {victim} ({kill(stack, victim, dice)})", f"{before:,}"])
            else:
                time.sleep(2.0)
                posters.stop()
                return balanced(stack, ledger), rows, posters.statuses


def balanced(stack: Stack, ledger: Ledger) -> Books:
    """Wait until every accepted event is stored; return the balance."""
    eventually(lambda: ledger.accepted <= set(stack.stored_ids()), DRAIN_SECONDS)
    # With empty queues no batch can be stored a second time.
    eventually(lambda: not waiting(stack), DRAIN_SECONDS)
    students = stack.get("classes/default/progress")["students"]
    return ledger.balance(stack.stored_ids(), sum(student["events"] for student in students))


def waiting(stack: Stack) -> int:
    """Return the number of messages in the queues."""
    queues: dict[str, Any] = stack.status()["queues"]
    return sum(queue["waiting"] + queue["inFlight"] for queue in queues.values() if not queue["deadLettersOf"])


def measure(options: argparse.Namespace, timed: Timed) -> Result:
    """Run; return the result."""
    with tempfile.TemporaryDirectory() as folder:
        books, rows, statuses = run(options, Path(folder))
    answers = ", ".join(f"{count:,} of {status or 'none'}" for status, count in sorted(statuses.items()))
    notes = [
        f"{books.sent:,} events were sent, {books.accepted:,} accepted, {books.stored:,} stored; {books.unanswered:,} "
        f"were stored although their answer was lost. Answers: {answers}."
    ]
    table = Table("Killed processes, and the number of events accepted by then", ["killed", "accepted"], rows)
    return timed.done(aims=books.aims("under kill -9"), tables=[table], notes=notes)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="rounds, each killing every kind once (default 3)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the moments and victims (default 1)")
    options = parser.parse_args()
    assert psutil.LINUX or psutil.MACOS
    measure(options, Timed("faults", __doc__, options))


if __name__ == "__main__":
    main()
