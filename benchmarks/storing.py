"""Storing a batch: PostgresFacts.store() and a bare COPY of the same rows into the same tables, in turns.

Both write to an embedded PostgreSQL as `make run` has it (fsync on), into `facts` and `cell_executions` with all their
indexes and foreign keys. The COPY is given every key. store() looks the keys up, skips repeated events, folds progress,
and reads back what the dashboards are sent.
"""

import argparse
import asyncio
import io
import operator
import random
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from classpulse.core.migrate import upgrade
from classpulse.core.postgres import make_engine
from classpulse.ingest.batches import Fact
from classpulse.ingest.events import Event
from classpulse.progress.postgres_facts import PostgresFacts, to_incoming
from sqlalchemy import Engine, text

from benchmarks.results import Aim, Result, Table, Timed
from runner.embedded.postgres import EmbeddedPostgres

STUDENTS, CELLS = 1000, 60
COPY, STORE = "bare COPY", "store()"
OF_COPY = 0.5
MOST_BATCHES = 400
START = datetime(2026, 4, 1, 9, tzinfo=UTC)
MIGRATIONS = Path(__file__).parents[1] / "infra" / "migrations"
CODE = "import math\nvalues = [3, 1, 4, 1, 5]\nmean = sum(values) / len(values)\nprint(f'{mean:.2f}')\n"
TRACEBACK = "Traceback (most recent call last):\n  Cell In[3], line 2\nNameError: name 'valeus' is not defined"
# The keys of a class, its students, its notebook and its cells.
_KEYS = text(
    """
    SELECT classes.id AS class_id, notebooks.id AS notebook_id,
        (SELECT json_object_agg(user_id, id) FROM students WHERE students.class_id = classes.id) AS students,
        (SELECT json_object_agg(cells.name, id) FROM cells WHERE cells.notebook_id = notebooks.id) AS cells
    FROM classes JOIN notebooks ON notebooks.class_id = classes.id WHERE classes.name = 'copied'
    """
)


def lesson(class_id: str, first: int, count: int, seed: int) -> list[Fact]:
    """Return runs of a class of STUDENTS; a third of the runs fail."""
    chance = random.Random(seed)  # noqa: S311
    # Random, as notebooks make them: the hardest order for an index.
    ids = random.Random(f"{class_id} {first} {seed}")  # noqa: S311
    facts = []
    for number in range(first, first + count):
        student, cell, is_error = number * 7919 % STUDENTS, chance.randrange(CELLS), chance.random() < 1 / 3
        event = {
            "eventId": str(uuid.UUID(int=ids.getrandbits(128), version=4)),
            "eventType": "cell_executed",
            "eventTime": (START + timedelta(milliseconds=number)).isoformat(),
            "userId": f"student{student:04}@example.edu",
            "userName": f"Student {student}",
            "teamName": f"Team {student % 30}",
            "sessionId": f"session-{student}",
            "notebookPath": "week05/statistics.ipynb",
            "cellId": f"cell-{cell}",
            "cellIndex": cell,
            "cellType": "code",
            "code": CODE,
            "executionCount": number % 100,
            "hasError": is_error,
            **({"errorMessage": TRACEBACK} if is_error else {"result": "2.80\n"}),
            "executionDurationMs": 12.5,
        }
        facts.append(Fact(Event.model_validate(event, strict=False), class_id, START))
    return facts


class Copying:
    """Copies rows whose keys are all known."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with engine.connect() as connection:
            self._keys = connection.execute(_KEYS).one()
            self._next = connection.execute(text("SELECT max(id) + 1000000 FROM facts")).scalar_one()

    def rows(self, facts: Sequence[Fact]) -> tuple[str, str]:
        """Return the rows of both tables in COPY's text format."""
        lines, executions = [], []
        for fact in facts:
            self._next += 1
            row = to_incoming(fact)
            keys = [self._next, self._keys.class_id, self._keys.students[row["user_id"]], self._keys.notebook_id]
            names = ("event_id", "event_type", "event_time", "received_at", "ordering", "session_id", "cell_index")
            rest = [*(row[name] for name in names), row["cell_type"], row["is_run"], row["is_error"]]
            lines.append(_line([*keys, self._keys.cells[row["cell_name"]], *rest]))
            raw = ("execution_count", "duration_ms", "error_name", "error_summary", "error_message", "code", "result")
            executions.append(_line([self._next, *(row[name] for name in raw)]))
        return "".join(lines), "".join(executions)

    def __call__(self, rows: tuple[str, str]) -> None:
        """Copy and commit."""
        connection = self._engine.raw_connection()
        try:
            cursor = connection.cursor()
            for table, lines in zip((_FACTS, _EXECUTIONS), rows, strict=True):
                cursor.execute(f"COPY {table} FROM STDIN", stream=io.StringIO(lines))  # type: ignore[call-arg]  # pg8000's own
            connection.commit()
        finally:
            connection.close()


_FACTS = (
    "facts (id, class_id, student_id, notebook_id, cell_id, event_id, event_type, event_time, received_at, ordering,"
    " session_id, cell_index, cell_type, is_run, is_error)"
)
_EXECUTIONS = (
    "cell_executions (fact_id, execution_count, duration_ms, error_name, error_summary, error_message, code, result)"
)


def _line(values: Sequence[Any]) -> str:
    escaped = ("\\N" if value is None else str(value).replace("\\", "\\\\").replace("\n", "\\n") for value in values)
    return "\t".join(escaped) + "\n"


def chunks(facts: Sequence[Fact], size: int) -> Iterator[Sequence[Fact]]:
    """Yield the facts in batches of a size."""
    for first in range(0, len(facts), size):
        yield facts[first : first + size]


def rates(engine: Engine, size: int, rounds: int, count: int) -> dict[str, list[float]]:
    """Return the rows a second of each way in each round."""
    store = PostgresFacts(engine)
    for class_id in ("stored", "copied"):
        for batch in chunks(lesson(class_id, 0, 5000, seed=0), 1000):
            store.store(batch)
    copying = Copying(engine)
    ways: dict[str, Callable[[Any], object]] = {COPY: copying, STORE: store.store}
    found: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(1, rounds + 1):
        first = number * 10**6
        prepared: dict[str, list[Any]] = {
            COPY: [copying.rows(batch) for batch in chunks(lesson("copied", first, count, number), size)],
            STORE: list(chunks(lesson("stored", first, count, number), size)),
        }
        for name, way in ways.items():
            began = time.perf_counter()
            for batch in prepared[name]:
                way(batch)
            found[name].append(count / (time.perf_counter() - began))
    return found


async def measure(options: argparse.Namespace, timed: Timed) -> Result:
    """Measure each size on a fresh server; return the result."""
    found = {}
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "logs").mkdir()
            server = EmbeddedPostgres(Path(folder), "only-for-this-benchmark", "classpulse")
            await server.start()
            try:
                await asyncio.to_thread(upgrade, server.url, MIGRATIONS)
                engine = make_engine(server.url, pool_size=2)
                # Batches of one take long: fewer are enough.
                count = min(options.count, size * MOST_BATCHES)
                found[size] = await asyncio.to_thread(rates, engine, size, options.rounds, count)
                engine.dispose()
            finally:
                await server.stop()
    return summed_up(found, timed)


def summed_up(found: dict[int, dict[str, list[float]]], timed: Timed) -> Result:
    """Return the rates and their ratios beside the aim."""
    rows, aims = [], []
    for size, ways in found.items():
        of_copy = statistics.median(map(operator.truediv, ways[STORE], ways[COPY]))
        spreads = [f"{statistics.median(way):,.0f} ({min(way):,.0f}-{max(way):,.0f})" for way in ways.values()]
        rows.append([f"batches of {size}", *spreads, f"{of_copy:.2f}"])
        if size == max(found):
            what = f"batches of {size:,}: rate of storing, of a bare COPY of the same rows"
            aims.append(Aim(what, "≥ 0.5 times", f"{of_copy:.2f} times", of_copy >= OF_COPY))
    header = ["rows a second, median (of rounds)", COPY, STORE, "ratio"]
    return timed.done(aims=aims, tables=[Table("Storing and copying", header, rows)])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.storing", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 100, 1000], help="events a batch (1 100 1000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds in which both take turns (default 5)")
    parser.add_argument("--count", type=int, default=4000, help="events of each in a round (default 4000)")
    options = parser.parse_args()
    asyncio.run(measure(options, Timed("storing", __doc__, options)))


if __name__ == "__main__":
    main()
