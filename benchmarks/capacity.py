"""How large ClassPulse has to be on AWS, and what it costs: a calculation, checked by a simulation of its queues.

`python -m benchmarks.capacity` prints every table of docs/explanation/capacity.md; --set events_per_minute=8 changes a
parameter.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence

from benchmarks.capacity_parameters import PARAMETERS, Parameters, defaults
from benchmarks.capacity_plan import Load, costs, end_of_one_writer, plan, stay
from benchmarks.queueing import Queue, Stage, blocked, model, places_for, simulate, simulate_places

SIZES = (100, 1_000, 100_000, 1_000_000)
# A simulation has at least so many messages or requests for each worker.
STEPS = 200


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """Yield a Markdown table."""
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(_text(cell) for cell in row) + " |"
    yield ""


def _text(cell: object) -> str:
    if not isinstance(cell, float):
        return f"{cell:,}" if isinstance(cell, int) else str(cell)
    return f"{cell:,.0f}" if abs(cell) >= 100 else f"{cell:.3g}"


def checks(p: Parameters, messages: int, seed: int) -> Iterator[tuple[str, Stage, Queue, Queue]]:
    """Yield each stage of every size, with the results of the formula and of the simulation."""
    for students in SIZES:
        found = plan(students, p)
        for name, (stage, answer) in {"store": found.store, "push": found.push, "series": found.series}.items():
            # Enough messages that thousands of workers are busy before counting starts.
            enough = max(messages, STEPS * stage.workers)
            yield f"{students:,} students, {name}", stage, answer, simulate(stage, enough, seed)
    # The formula closer to the maximum load of the workers.
    store = plan(1_000, p).store[0]
    for share in (0.3, 0.8):
        stage = Stage(share * store.most, store.workers, store.batch, store.fixed, store.each)
        yield f"store, {share:.0%} of the most", stage, model(stage), simulate(stage, messages, seed)


def places(p: Parameters, requests: int, seed: int) -> Iterator[tuple[object, ...]]:
    """Yield, for ingest and query of every size, the ratio of the formula's results to the simulation's.

    The number of places refuses one request of a hundred; to simulate one of ten thousand, which the plan allows, would
    take millions of requests.
    """
    for students in SIZES:
        load = Load.of(students, p)
        for name, under_way in {
            "ingest": load.posts * p["ingest_ms"] / 1000,
            "query": load.queries * p["read_ms"] / 1000,
        }.items():
            found = places_for(under_way, 0.01)
            share = blocked(under_way, found)
            busy, refused = simulate_places(under_way, found, max(requests, STEPS * found), seed)
            yield f"{students:,} students, {name}", under_way, found, under_way * (1 - share) / busy, share / refused


def report(p: Parameters, messages: int, seed: int) -> Iterator[str]:
    """Yield every table."""
    plans = [plan(students, p) for students in SIZES]
    costs_of = [costs(found, p) for found in plans]
    head = ["", *(f"{students:,} students" for students in SIZES)]
    yield "## Parameters\n"
    rows = [(name, p[name], what, source) for name, (_, what, source) in PARAMETERS.items()]
    yield from table(["Parameter", "Value", "", "From"], rows)
    yield "## Load and size, in the busiest minute\n"

    def row(title: str, *values: object) -> tuple[object, ...]:
        return (title, *values)

    lines: list[tuple[object, ...]] = [
        row("classes", *(x.load.classes for x in plans)),
        row("events a second", *(x.load.events for x in plans)),
        row("POSTs a second", *(x.load.posts for x in plans)),
        row("open dashboards", *(x.load.dashboards for x in plans)),
        row("`IngestConcurrency`, at least", *(x.ingest for x in plans)),
        row("`StoreConcurrency`", *(max(2, x.store[0].workers) for x in plans)),
        row("messages a batch", *(x.store[1].batch for x in plans)),
        row("messages waiting to be stored", *(x.store[1].waiting for x in plans)),
        row("from accepted to stored, ms", *(1000 * stay(*x.store) for x in plans)),
        row("`PushConcurrency`", *(x.push[0].workers for x in plans)),
        row("updates queues, each with one event source mapping", *(x.push_mappings(p["mapping_most"]) for x in plans)),
        row("pushes a second", *(x.push[0].arrivals * p["dashboards"] for x in plans)),
        row("from stored to pushed, ms", *(1000 * stay(*x.push) for x in plans)),
        row("`QueryConcurrency`, at least", *(x.query for x in plans)),
        row("Lambda's concurrency in all", *(x.concurrency for x in plans)),
        row("connections to PostgreSQL, twice while releasing", *(x.connections for x in plans)),
        row("PostgreSQL's cores at work", *(x.cores for x in plans)),
        row("write-ahead log, MB a second", *(x.wal_mb for x in plans)),
        row("PostgreSQL", *(f"{x.databases} of {x.database[0]}" for x in plans)),
    ]
    yield from table(head, lines)
    yield "## Cost of one hour of class, in dollars\n"
    lines = [row(name, *(found[name] for found in costs_of)) for name in costs_of[0]]
    lines.append(row("all", *(sum(found.values()) for found in costs_of)))
    each = [sum(found.values()) / students for found, students in zip(costs_of, SIZES, strict=True)]
    yield from table(head, [*lines, row("**a student-hour**", *each)])
    yield "## Limits of one writer\n"
    yield from table(["Bound", "Students"], end_of_one_writer(p))
    yield f"## Formula / simulation of {messages:,} messages, seed {seed}\n"
    ratios = [
        (name, s.arrivals, s.workers, m.busy / x.busy, m.batch / x.batch, stay(s, m) / stay(s, x))
        for name, s, m, x in checks(p, messages, seed)
    ]
    yield from table(
        ["Queue", "messages/s", "workers", "busy workers", "messages a batch", "time in the stage"], ratios
    )
    yield "## Formula / simulation of requests that are refused when all places are taken\n"
    yield from table(
        ["Function", "under way", "places", "of them taken", "share refused"], [*places(p, 2 * messages, seed)]
    )


def setting(text: str) -> tuple[str, float]:
    """Parse NAME=NUMBER."""
    name, _, value = text.partition("=")
    if name not in PARAMETERS:
        raise argparse.ArgumentTypeError(f"there is no parameter {name}: it has {', '.join(PARAMETERS)}")
    if not (number := float(value)) > 0:
        raise argparse.ArgumentTypeError(f"{name} has to be more than 0")
    return name, number


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", action="append", default=[], type=setting, metavar="NAME=NUMBER", dest="changes")
    parser.add_argument("--messages", type=int, default=50_000, help="how many to simulate (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    try:
        print("\n".join(report(defaults() | dict(options.changes), options.messages, options.seed)))
    except ValueError as error:
        sys.exit(f"python -m benchmarks.capacity: {error}")


if __name__ == "__main__":
    main()
