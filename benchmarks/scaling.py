"""What an event costs, and what a dashboard's questions cost, as stored events grow; the indexes that answer them.

A class of 1,000 students; what was stored before is copied inside PostgreSQL (fsync on) until there are as many events
as wanted. Every statement of the questions is explained at the largest size: none may read all of a large table.
"""

import argparse
import asyncio
import math
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from classpulse.core.migrate import upgrade
from classpulse.core.postgres import make_engine
from classpulse.ingest.batches import Fact
from classpulse.progress.postgres import PostgresProgress
from classpulse.progress.postgres_facts import PostgresFacts
from classpulse.views.postgres import PostgresViews
from sqlalchemy import Connection, Engine, text
from sqlalchemy import event as sqlalchemy_event

from benchmarks.results import Aim, Plot, Result, Table, Timed
from benchmarks.storing import MIGRATIONS, START, chunks, lesson
from runner.embedded.postgres import EmbeddedPostgres

CLASS, NOTEBOOK = "growing", "week05/statistics.ipynb"
FLAT = 1.2
BATCH = 100
LARGE = ("facts", "cell_executions")
FIRST = 10_000
# Batches that are not counted: an index that was just built has full pages, which are split by what comes first.
SETTLING = 100
COPIES_AT_ONCE = 10
_CONSTRAINTS = text(
    """
    SELECT conrelid::regclass::text AS table_name, conname, pg_get_constraintdef(oid) AS definition
    FROM pg_constraint
    WHERE conrelid::regclass::text = ANY(:tables) AND contype IN ('p', 'u', 'f')
    ORDER BY contype = 'f'
    """
)
_INDEXES = text("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(:tables)")
_FACTS = (
    "class_id, student_id, notebook_id, cell_id, event_type, received_at, session_id, cell_index, cell_type, is_run"
)
_RUNS = "execution_count, duration_ms, error_name, error_summary, error_message, code, result"
# The copies' ids are beyond what the column's own sequence will ever give out.
_MORE = [
    text(
        f"""
        INSERT INTO facts (id, {_FACTS}, event_id, event_time, ordering, is_error) OVERRIDING SYSTEM VALUE
        SELECT id + 1000000000000 * copy, {_FACTS}, event_id || '-' || copy, event_time - interval '1 day' * copy,
            to_char(split_part(ordering, '-', 1)::bigint - 86400000000 * copy, 'FM0000000000000000')
                || '-' || event_id || '-' || copy,
            is_error
        FROM generate_series(CAST(:first AS bigint), :last) AS copy CROSS JOIN first_facts
        WHERE copy * {FIRST} + place < :size
        """  # noqa: S608 - names of our own columns
    ),
    text(
        f"""
        INSERT INTO cell_executions (fact_id, {_RUNS})
        SELECT fact_id + 1000000000000 * copy, {_RUNS}
        FROM generate_series(CAST(:first AS bigint), :last) AS copy CROSS JOIN first_executions
        WHERE copy * {FIRST} + place < :size
        """  # noqa: S608 - the same
    ),
]


def grow(engine: Engine, size: int, copies: int) -> int:
    """Copy the first events, each time a day earlier, until there are so many; return the copies that there are.

    Constraints and indexes are made afterwards: keeping them while rows are copied takes several times as long.
    """
    with engine.begin() as connection:
        known = connection.scalar(text("SELECT count(*) FROM facts")) or 0
        if known < size:
            constraints = connection.execute(_CONSTRAINTS, {"tables": list(LARGE)}).all()
            for found in reversed(constraints):
                connection.execute(text(f"ALTER TABLE {found.table_name} DROP CONSTRAINT {found.conname}"))
            indexes = connection.execute(_INDEXES, {"tables": list(LARGE)}).all()
            for found in indexes:
                connection.execute(text(f"DROP INDEX {found.indexname}"))
            copies = _copy(connection, size - known, copies)
            connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
            for found in constraints:
                made = f"ALTER TABLE {found.table_name} ADD CONSTRAINT {found.conname} {found.definition}"
                connection.execute(text(made))
            for found in indexes:
                connection.execute(text(found.indexdef))
    bare = engine.raw_connection()
    # No transaction may be open around it, not even that of the pool's ping.
    bare.rollback()
    assert bare.driver_connection is not None
    bare.driver_connection.autocommit = True
    bare.cursor().execute("VACUUM ANALYZE")
    # What copying has left to be written is not the next batches' to wait for.
    bare.cursor().execute("CHECKPOINT")
    bare.invalidate()
    return copies


def _copy(connection: Connection, missing: int, copies: int) -> int:
    place = f"SELECT row_number() OVER (ORDER BY id) - 1 AS place, * FROM facts ORDER BY id LIMIT {FIRST}"  # noqa: S608
    connection.execute(text(f"CREATE TEMPORARY TABLE first_facts ON COMMIT DROP AS {place}"))
    runs = "SELECT place, run.* FROM first_facts JOIN cell_executions AS run ON fact_id = id"
    connection.execute(text(f"CREATE TEMPORARY TABLE first_executions ON COMMIT DROP AS {runs}"))
    first = copies + 1
    # The first of them has the number that its events are counted from.
    size = first * FIRST + missing
    copies += math.ceil(missing / FIRST)
    for number in range(first, copies + 1, COPIES_AT_ONCE):
        span = {"first": number, "last": min(number + COPIES_AT_ONCE - 1, copies), "size": size}
        for statement in _MORE:
            connection.execute(statement, span)
    return copies


def questions(engine: Engine) -> dict[str, Callable[[], Any]]:
    """Return what a dashboard asks."""
    reader, views = PostgresProgress(engine), PostgresViews(engine)
    end = START + timedelta(hours=1)
    return {
        "snapshot": lambda: reader.read_class(CLASS),
        "grid": lambda: views.read_grid(CLASS, NOTEBOOK),
        "common errors of an hour": lambda: views.read_errors(CLASS, START, end),
        "pace of an hour": lambda: views.read_pace(CLASS, NOTEBOOK, START, end),
        "a student's timeline": lambda: views.read_timeline(CLASS, "student0007@example.edu", 50),
        "a page of events": lambda: reader.read_facts(CLASS, 0, 100),
    }


def cost(work: Callable[[], Any], times: int) -> float:
    """Return the median of the milliseconds."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        found.append((time.perf_counter() - began) * 1000)
    return statistics.median(found)


def plans(engine: Engine, asked: dict[str, Callable[[], Any]]) -> dict[str, list[str]]:
    """Return, for each question, the large tables that it reads from end to end; empty is as it should be."""
    said: list[tuple[str, Any]] = []

    def remember(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        said.append((statement, parameters))

    found: dict[str, list[str]] = {}
    for name, ask in asked.items():
        said.clear()
        sqlalchemy_event.listen(engine, "before_cursor_execute", remember)
        ask()
        sqlalchemy_event.remove(engine, "before_cursor_execute", remember)
        read: set[str] = set()
        connection = engine.raw_connection()
        cursor = connection.cursor()
        for statement, parameters in said:
            if statement.lstrip().upper().startswith(("SELECT", "WITH")):
                cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
                [[plan]] = cursor.fetchall()
                read |= scanned(plan[0]["Plan"])
        connection.rollback()
        connection.close()
        found[name] = sorted(read & set(LARGE))
    return found


def scanned(plan: dict[str, Any]) -> set[str]:
    """Return the tables that a plan reads from end to end."""
    own = {plan["Relation Name"]} if plan["Node Type"] in {"Seq Scan", "Parallel Seq Scan"} else set()
    return own.union(*(scanned(inner) for inner in plan.get("Plans", [])))


Found = tuple[dict[int, dict[str, float]], dict[str, list[str]]]


def _store_next(store: PostgresFacts, batches: Iterator[Sequence[Fact]]) -> None:
    store.store(next(batches))


def measure_sizes(engine: Engine, options: argparse.Namespace) -> Found:
    """Return milliseconds by size and kind, and what is read from end to end at the largest size."""
    store = PostgresFacts(engine)
    for batch in chunks(lesson(CLASS, 0, FIRST, seed=0), 1000):
        store.store(batch)
    found: dict[int, dict[str, float]] = {}
    copies = 0
    asked = questions(engine)
    for number, size in enumerate(options.sizes):
        copies = grow(engine, size, copies)
        found[size] = {name: cost(ask, options.times) for name, ask in asked.items()}
        for part, batches in enumerate((SETTLING, options.batches)):
            # After the hour that the questions are about; the same students run the same cells again.
            events = lesson(CLASS, (2 * number + part + 4) * 10**6, BATCH * batches, seed=0)
            per_batch = cost(partial(_store_next, store, chunks(events, BATCH)), batches)
        found[size]["storing an event"] = per_batch / BATCH
    return found, plans(engine, asked)


async def on_a_server(options: argparse.Namespace) -> Found:
    """Measure on a PostgreSQL of its own."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "logs").mkdir()
        server = EmbeddedPostgres(Path(folder), "only-for-this-benchmark", "classpulse")
        await server.start()
        try:
            await asyncio.to_thread(upgrade, server.url, MIGRATIONS)
            engine = make_engine(server.url, pool_size=2, statement_seconds=None)
            try:
                return await asyncio.to_thread(measure_sizes, engine, options)
            finally:
                engine.dispose()
        finally:
            await server.stop()


def measure(options: argparse.Namespace, timed: Timed) -> Result:
    """Run and sum up."""
    found, read = asyncio.run(on_a_server(options))
    first, last = found[options.sizes[0]], found[options.sizes[-1]]
    ratio = last["storing an event"] / first["storing an event"]
    what = f"storing an event with {options.sizes[-1]:,} stored, of that with {options.sizes[0]:,}"
    aims = [
        Aim(what, f"≤ {FLAT:g} times", f"{ratio:.2f} times", ratio <= FLAT),
        Aim(
            "questions that read all of a large table",
            "none",
            ", ".join(f"{name} ({', '.join(tables)})" for name, tables in read.items() if tables) or "none",
            not any(read.values()),
        ),
    ]
    header = ["milliseconds", *(f"{size:,}" for size in options.sizes), "last to first"]
    rows = [
        [name, *(f"{found[size][name]:.2f}" for size in options.sizes), f"{last[name] / first[name]:.2f}"]
        for name in first
    ]
    lines: dict[str, list[tuple[float | str, float]]] = {
        name: [(float(size), found[size][name]) for size in options.sizes] for name in first
    }
    plot = Plot("scaling", "Cost as stored events grow", "stored events", "ms", lines, log="xy")
    return timed.done(aims=aims, tables=[Table("Medians, by stored events", header, rows)], plots=[plot])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaling", description=__doc__)
    sizes = [10_000, 100_000, 1_000_000, 10_000_000]
    parser.add_argument("--sizes", type=int, nargs="+", default=sizes, help="stored events (default 10^4 to 10^7)")
    parser.add_argument("--batches", type=int, default=80, help=f"of {BATCH} events, at each size (default 80)")
    parser.add_argument("--times", type=int, default=9, help="that each question is asked (default 9)")
    options = parser.parse_args()
    measure(options, Timed("scaling", __doc__, options))


if __name__ == "__main__":
    main()
