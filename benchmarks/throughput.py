"""Events a second from the POST to the commit: ClassPulse and the baseline (benchmarks/baseline/), in turns.

Both get the same events and use the same PostgreSQL (fsync on) and Redis (append-only), each with its own database.
ClassPulse is `local_runner.py` as `make run` starts it, with its functions in worker processes. The baseline is uvicorn
with one worker process.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import pg8000.dbapi
from sqlalchemy.engine import make_url

from benchmarks.ledger import Books, Ledger
from benchmarks.results import Aim, Plot, Result, Table, Timed
from benchmarks.runner_events import CODE, RESULT
from benchmarks.runner_load import Connection
from runner.embedded.postgres import EmbeddedPostgres
from runner.embedded.redis import EmbeddedRedis
from runner.embedded.server import free_port
from tests.e2e.stack import running
from tests.servers import LoopThread, with_logs

PASSWORD = "for-benchmarks-on-loopback"  # noqa: S105
CONNECTIONS = 8
SIZES = (1, 10, 100)
# Events a batch -> the target, as a multiple of the baseline's rate.
AIMS = {1: 5.0, 100: 25.0}
# Seconds without a new event, after which missing events count as lost.
PATIENCE = 6.0
LOOK_SECONDS = 0.05
SHAPES = {"one class of 1,000": (1, 1000), "50 classes of 200": (50, 200)}


def events_of(classes: int, students: int, count: int, seed: int, run: str) -> list[dict[str, Any]]:
    """Return runs of cells: each student runs the notebook's forty cells in order; a sixth of the runs fail."""
    dice = random.Random(f"{seed}")  # noqa: S311
    turns = itertools.cycle(itertools.product(range(students), range(classes)))
    events = []
    for number, (student, class_number) in enumerate(itertools.islice(turns, count)):
        cell = number // (students * classes) % 40
        failed = dice.random() < 1 / 6
        events.append(
            {
                "eventId": uuid.UUID(int=dice.getrandbits(128)).hex,
                "eventType": "cell_executed",
                "eventTime": f"2026-01-01T09:{number // 60000 % 60:02d}:{number // 1000 % 60:02d}.{number % 1000:03d}Z",
                "userId": f"student-{student}@example.edu",
                "userName": f"Student {student}",
                "classId": f"{run}-{class_number}",
                "notebookPath": "week1/lesson.ipynb",
                "cellId": f"cell-{cell}",
                "cellIndex": cell,
                "cellType": "code",
                "code": CODE,
                "executionCount": cell + 1,
                "hasError": failed,
                "result": RESULT,
                "executionDurationMs": 12.5,
            }
            | ({"errorMessage": "NameError: name 'values' is not defined"} if failed else {})
        )
    return events


class System:
    """ClassPulse or the baseline: its address and its tables. Both are polled in the same way, at the same cost."""

    def __init__(self, url: str, database_url: str, stored: str) -> None:
        self.url = url
        self._stored = stored
        parts = make_url(database_url)
        self._connection = pg8000.dbapi.connect(
            parts.username, host=parts.host, port=parts.port, password=parts.password, database=parts.database
        )
        self._connection.autocommit = True

    def stored(self, classes: Sequence[str]) -> int:
        """Return the number of committed events of the classes."""
        return int(self._select("count(*)", classes)[0][0])

    def ids(self, classes: Sequence[str]) -> list[str]:
        """Return the ids of those events."""
        return [row[0] for row in self._select("event_id", classes)]

    def _select(self, what: str, classes: Sequence[str]) -> list[Any]:
        cursor = self._connection.cursor()
        cursor.execute(f"SELECT {what} FROM {self._stored} = ANY(%s)", [list(classes)])  # noqa: S608
        return list(cursor.fetchall())


OURS = "facts JOIN classes ON classes.id = facts.class_id WHERE classes.name"
THEIRS = "executions JOIN students ON students.id = student_id WHERE class_id"


@contextmanager
def baseline(database_url: str, redis_url: str) -> Iterator[System]:
    """Run the baseline until the block ends."""
    port = free_port()
    environment = os.environ | {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    command = [sys.executable, "-m", "benchmarks.baseline.worker"]
    worker = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603
    arguments = ["benchmarks.baseline.app:app", "--port", str(port), "--log-level", "warning"]
    app = subprocess.Popen([sys.executable, "-m", "uvicorn", *arguments], env=environment)  # noqa: S603
    try:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "listening\n"
        for _ in range(200):
            try:
                httpx.get(f"http://127.0.0.1:{port}/docs", trust_env=False)
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield System(f"http://127.0.0.1:{port}/api/v1/events", database_url, THEIRS)
    finally:
        for process in (app, worker):
            process.kill()
            process.wait()
        assert worker.stdout is not None
        worker.stdout.close()


@contextmanager
def both(folder: Path) -> Iterator[dict[str, System]]:
    """Run the servers and both systems until the block ends."""
    with LoopThread() as loop:
        postgres = EmbeddedPostgres(with_logs(folder / "postgres"), PASSWORD, "classpulse", {"max_connections": "120"})
        redis = EmbeddedRedis(with_logs(folder / "redis"), PASSWORD)
        loop.run(postgres.start())
        loop.run(redis.start())
        try:
            other = make_url(postgres.url).set(database="baseline").render_as_string(hide_password=False)
            create_database(postgres.url, "baseline")
            environment = {"DATABASE_URL": postgres.url, "REDIS_URL": redis.url}
            with (
                running(folder / "data", environment=environment) as stack,
                baseline(other, redis.url.removesuffix("/0") + "/1") as other_system,
            ):
                yield {
                    "ClassPulse": System(stack.ready["ingest_url"], postgres.url, OURS),
                    "the baseline": other_system,
                }
        finally:
            loop.run(redis.stop())
            loop.run(postgres.stop())


def create_database(url: str, name: str) -> None:
    """Create a database on the server of another."""
    parts = make_url(url)
    connection = pg8000.dbapi.connect(
        parts.username, host=parts.host, port=parts.port, password=parts.password, database=parts.database
    )
    connection.autocommit = True
    connection.cursor().execute(f'CREATE DATABASE "{name}"')
    connection.close()


@dataclass(frozen=True)
class Run:
    """Seconds from the first post to the last answer and to the last commit."""

    events: int
    accepting: float
    storing: float
    books: Books

    @property
    def rate(self) -> float:
        """Events a second, from the post to the commit."""
        return self.books.stored / self.storing


async def post_all(url: str, batches: Sequence[Sequence[dict[str, Any]]], ledger: Ledger) -> None:
    """Post the batches over CONNECTIONS connections; retry each until it is accepted."""
    waiting = iter([(json.dumps(batch).encode(), [event["eventId"] for event in batch]) for batch in batches])

    async def work() -> None:
        connection = Connection(url)
        for body, ids in waiting:
            ledger.sent.update(ids)
            while await connection.post(body) != 202:
                await asyncio.sleep(0.2)
            ledger.accepted.update(ids)

    await asyncio.gather(*(work() for _ in range(CONNECTIONS)))


def measure_one(system: System, events: Sequence[dict[str, Any]], size: int) -> Run:
    """Post the events in batches, wait until they are committed, and compare the ids."""
    batches = [events[first : first + size] for first in range(0, len(events), size)]
    classes = sorted({event["classId"] for event in events})
    ledger = Ledger()
    began = time.perf_counter()
    asyncio.run(post_all(system.url, batches, ledger))
    accepting = time.perf_counter() - began
    known, since = -1, time.perf_counter()
    # Lost events never come, so stop when no new event has come for a while.
    while (found := system.stored(classes)) < len(events) and time.perf_counter() - since < PATIENCE:
        if found != known:
            known, since = found, time.perf_counter()
        time.sleep(LOOK_SECONDS)
    storing = (since if found < len(events) else time.perf_counter()) - began
    return Run(len(events), accepting, storing, ledger.balance(system.ids(classes)))


def counts(size: int, name: str, options: argparse.Namespace) -> int:
    """Return the number of events that keep a system busy for about options.seconds."""
    per_second = {1: 300, 10: 1500, 100: 3000}[size] if name == "ClassPulse" else 90
    return max(size * CONNECTIONS, int(per_second * options.seconds) // size * size)


def measure(options: argparse.Namespace, timed: Timed) -> Result:
    """Run both systems in turns; return the result."""
    runs: dict[tuple[str, int, str], list[Run]] = {}
    with tempfile.TemporaryDirectory() as folder, both(Path(folder)) as systems:
        for name, system in systems.items():
            measure_one(system, events_of(1, 20, 100, 0, f"warm-{name[0]}"), 10)
        for turn in range(options.rounds):
            for (shape, (classes, students)), size in itertools.product(SHAPES.items(), SIZES):
                for name, system in systems.items():
                    run = f"r{turn}-{size}-{classes}"
                    events = events_of(classes, students, counts(size, name, options), options.seed, run)
                    runs.setdefault((shape, size, name), []).append(measure_one(system, events, size))
    return summed_up(runs, timed)


def summed_up(runs: dict[tuple[str, int, str], list[Run]], timed: Timed) -> Result:
    """Return the rates, their ratios and the claims."""
    names = ["ClassPulse", "the baseline"]
    rows: list[list[str]] = []
    aims: list[Aim] = []
    bars: dict[str, list[tuple[float | str, float]]] = {name: [] for name in names}
    for (shape, size), _ in itertools.groupby(runs, key=lambda key: key[:2]):
        ours, other = (runs[shape, size, name] for name in names)
        ratios = [one.rate / two.rate for one, two in zip(ours, other, strict=True)]
        for name, found in ((names[0], ours), (names[1], other)):
            rates = [one.rate for one in found]
            bars[name].append((f"{shape}, batches of {size}", median(rates)))
            rows.append(
                [
                    f"{shape}, batches of {size}: {name}",
                    f"{found[0].events:,}",
                    f"{median(one.events / one.accepting for one in found):,.0f}",
                    f"{median(rates):,.0f}",
                    f"{min(rates):,.0f}-{max(rates):,.0f}",
                    f"{median(ratios):.1f} ({min(ratios):.1f}-{max(ratios):.1f})" if name == names[0] else "1",
                    str(sum(one.books.lost for one in found)),
                    str(sum(one.books.twice for one in found)),
                ]
            )
        if size in AIMS:
            ratio = median(ratios)
            what = f"{shape}, batches of {size}: events a second, of the baseline's"
            aims.append(Aim(what, f"≥ {AIMS[size]:g} times", f"{ratio:.1f} times", ratio >= AIMS[size]))
    header = ["", "events", "accepted a second", "stored a second", "of rounds", "ratio (of rounds)", "lost", "twice"]
    lost = sum(one.books.lost + one.books.twice for key, found in runs.items() if key[2] == names[0] for one in found)
    aims.append(Aim("ClassPulse: events lost or stored twice", "0", str(lost), lost == 0))
    plot = Plot("throughput", "From the POST to the commit", "", "events a second", bars, log="y", bars=True)
    notes = ["The baseline writes nothing to InfluxDB, which favours it, and has one worker process."]
    return timed.done(aims=aims, tables=[Table("Events a second", header, rows)], plots=[plot], notes=notes)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.throughput", description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0, help="approximate length of a run (default 4)")
    parser.add_argument("--rounds", type=int, default=2, help="rounds in which both take turns (default 2)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the events (default 1)")
    options = parser.parse_args()
    measure(options, Timed("throughput", __doc__, options))


if __name__ == "__main__":
    main()
