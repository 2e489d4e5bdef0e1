"""How the cost of storing an event, and of a dashboard's queries, grows with the number of stored events.

A class of 1,000 students; PostgreSQL (fsync on) copies its first events until there are enough. At the largest size,
EXPLAIN shows the plan of every query: none may read a large table completely.
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
# Batches that are not counted: the first rows split the full pages of an index that was just built.
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
# The ids of the copies are larger than any id that the column's sequence gives out.
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
    """Copy the first events, each copy a day earlier, until there are `size`; return the number of copies.

    Constraints and indexes are dropped and created again: updating them for each row takes several times as long.
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
    # VACUUM cannot run in a transaction, such as the one that the pool's ping has begun.
    bare.rollback()
    assert bare.driver_connection is not None
    bare.driver_connection.autocommit = True
    bare.cursor().execute("VACUUM ANALYZE")
    # Write out the copied pages, so that the next batches need not wait for that.
    bare.cursor().execute("CHECKPOINT")
    bare.invalidate()
    return copies


def _copy(connection: Connection, missing: int, copies: int) -> int:
    place = f"SELECT row_number() OVER (ORDER BY id) - 1 AS place, * FROM facts ORDER BY id LIMIT {FIRST}"  # noqa: S608
    connection.execute(text(f"CREATE TEMPORARY TABLE first_facts ON COMMIT DROP AS {place}"))
    runs = "SELECT place, run.* FROM first_facts JOIN cell_executions AS run ON fact_id = id"
    connection.execute(text(f"CREATE TEMPORARY TABLE first_executions ON COMMIT DROP AS {runs}"))
    first = copies + 1
    # _MORE counts the events from the first copy's number.
    size = first * FIRST + missing
    copies += math.ceil(missing / FIRST)
    for number in range(first, copies + 1, COPIES_AT_ONCE):
        span = {"first": number, "last": min(number + COPIES_AT_ONCE - 1, copies), "size": size}
        for statement in _MORE:
            connection.execute(statement, span)
    return copies


def queries(engine: Engine) -> dict[str, Callable[[], Any]]:
    """Return the queries of a dashboard, by name."""
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
    """Return the median of the milliseconds that the work takes."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def plans(engine: Engine, by_name: dict[str, Callable[[], Any]]) -> dict[str, list[str]]:
    """Return, for each query, the large tables that it reads completely."""
    statements: list[tuple[str, Any]] = []

    def record(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        statements.append((statement, parameters))

    found: dict[str, list[str]] = {}
    for name, query in by_name.items():
        statements.clear()
        sqlalchemy_event.listen(engine, "before_cursor_execute", record)
        query()
        sqlalchemy_event.remove(engine, "before_cursor_execute", record)
        read: set[str] = set()
        connection = engine.raw_connection()
        cursor = connection.cursor()
        for statement, parameters in statements:
            if statement.lstrip().upper().startswith(("SELECT", "WITH")):
                cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
                [[plan]] = cursor.fetchall()
                read |= scanned(plan[0]["Plan"])
        connection.rollback()
        connection.close()
        found[name] = sorted(read & set(LARGE))
    return found


def scanned(plan: dict[str, Any]) -> set[str]:
    """Return the tables that a plan reads completely."""
    own = {plan["Relation Name"]} if plan["Node Type"] in {"Seq Scan", "Parallel Seq Scan"} else set()
    return own.union(*(scanned(inner) for inner in plan.get("Plans", [])))


Costs = tuple[dict[int, dict[str, float]], dict[str, list[str]]]


def _store_next(store: PostgresFacts, batches: Iterator[Sequence[Fact]]) -> None:
    store.store(next(batches))


def measure_sizes(engine: Engine, options: argparse.Namespace) -> Costs:
    """Return milliseconds by size and kind, and the tables that are read completely at the largest size."""
    store = PostgresFacts(engine)
    for batch in chunks(lesson(CLASS, 0, FIRST, seed=0), 1000):
        store.store(batch)
    found: dict[int, dict[str, float]] = {}
    copies = 0
    by_name = queries(engine)
    for number, size in enumerate(options.sizes):
        copies = grow(engine, size, copies)
        found[size] = {name: cost(query, options.times) for name, query in by_name.items()}
        for part, batches in enumerate((SETTLING, options.batches)):
            # Later than the hour that the queries read; the same students run the same cells again.
            events = lesson(CLASS, (2 * number + part + 4) * 10**6, BATCH * batches, seed=0)
            per_batch = cost(partial(_store_next, store, chunks(events, BATCH)), batches)
        found[size]["storing an event"] = per_batch / BATCH
    return found, plans(engine, by_name)


async def on_a_server(options: argparse.Namespace) -> Costs:
    """Measure on a separate PostgreSQL."""
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
    """Run; return the result."""
    found, read = asyncio.run(on_a_server(options))
    first, last = found[options.sizes[0]], found[options.sizes[-1]]
    ratio = last["storing an event"] / first["storing an event"]
    what = f"time to store an event with {options.sizes[-1]:,} stored, of that with {options.sizes[0]:,}"
    aims = [
        Aim(what, f"≤ {FLAT:g} times", f"{ratio:.2f} times", ratio <= FLAT),
        Aim(
            "queries that read a large table completely",
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
    parser.add_argument("--batches", type=int, default=80, help=f"batches of {BATCH} events at each size (default 80)")
    parser.add_argument("--times", type=int, default=9, help="how often each query runs (default 9)")
    options = parser.parse_args()
    measure(options, Timed("scaling", __doc__, options))


if __name__ == "__main__":
    main()
