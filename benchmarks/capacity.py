"""How large ClassPulse has to be on AWS, and what it costs: a calculation, checked by a simulation of its queues.

`python -m benchmarks.capacity` prints every table of docs/explanation/capacity.md; --set events_per_minute=8 changes a
parameter.
"""

import argparse
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.queueing import Queue, Stage, blocked, model, places_for, simulate, simulate_places

MEASURED = "measured: `benchmarks.storing`, two busy cores"
FACTS = "measured before the project began, two cores"
LESSON = "assumed: a busy lesson"
NETWORK = "assumed: within one region"
PRICE = "assumed: AWS's list price, us-east-1, x86-64, on demand, as of January 2025"
# name: (value, what it is, where it is from)
PARAMETERS: dict[str, tuple[float, str, str]] = {
    "events_per_minute": (6, "events of a student a minute", LESSON),
    "peak": (3, "the busiest minute, relative to the mean", LESSON),
    "events_per_post": (2, "events in one POST", LESSON),
    "event_bytes": (1000, "bytes of an event in JSON", FACTS),
    "class_students": (200, "students of a class, from 100,000 students on", LESSON),
    "dashboards": (3, "open dashboards of a class", LESSON),
    "queries_per_minute": (6, "requests of a dashboard a minute", LESSON),
    "ingest_ms": (15, "ingest, warm: 1 ms of our code, and Redis and SQS", FACTS + "; the rest " + NETWORK),
    "call_ms": (15, "storing a batch: fixed part", MEASURED),
    "event_ms": (0.3, "storing a batch: part for each event", MEASURED),
    "commit_ms": (5, "a commit that waits for the second zone", NETWORK),
    "wal_bytes": (2000, "write-ahead log of an event", "measured: PostgreSQL 18, batches of 20 to 100"),
    "stored_bytes": (740, "database of an event, indexes included", "measured: PostgreSQL 18"),
    "wal_most_mb": (200, "write-ahead log a second of one instance", "assumed: half of what its network carries"),
    "use": (0.5, "how busy the database may be at the peak", "chosen: the rest is for reads and a failover's backlog"),
    "read_ms": (20, "a dashboard's request, database included", "assumed"),
    "push_ms": (10, "POST to one connection", NETWORK),
    "pushes_at_once": (8, "concurrent POSTs of broadcast", "`classpulse/live/broadcast.py`"),
    "pushes_most": (
        10_000,
        "POSTs to connections a second of one account",
        "assumed: API Gateway's quota before it is raised",
    ),
    "series_ms": (50, "one write to InfluxDB", "assumed"),
    "series_each_ms": (0.02, "and the part for each event", FACTS + " (6.8 ms for 1,000 points)"),
    "update_bytes": (6000, "one update to one dashboard", "assumed"),
    "memory_gb": (0.5, "`MemorySize`", "`template.yaml`"),
    "hours_a_month": (40, "hours of class a month", LESSON),
    "log_bytes": (1200, "log of one invocation", "assumed"),
    "lambda_request": (0.20e-6, "$ a Lambda request", PRICE),
    "lambda_gb_second": (16.6667e-6, "$ a GB-second of Lambda", PRICE),
    "sqs_request": (0.40e-6, "$ an SQS request of 64 KB", PRICE),
    "socket_message": (1.00e-6, "$ a WebSocket message of 32 KB", PRICE),
    "socket_minute": (0.25e-6, "$ a connection and minute", PRICE),
    "cloudfront_request": (1.00e-6, "$ a request through CloudFront", PRICE),
    "log_gb": (0.50, "$ a GB of logs taken in", PRICE),
    "trace": (5e-6, "$ a trace, of which X-Ray takes a twentieth", PRICE),
    "storage_gb_month": (0.23, "$ a GB and month in two zones", PRICE),
    "proxy_core_hour": (0.015, "$ a core and hour of RDS Proxy", PRICE),
    "redis_hour": (0.064, "$ an hour of two cache.t4g.small", PRICE),
    "network_hour": (0.065, "$ an hour of the NAT gateway and two endpoints", PRICE),
    "alarms_month": (8.0, "$ a month of alarms, dashboard, metrics and secrets", PRICE),
}
# Class, cores, $ an hour in two zones (PRICE), gigabytes of memory.
DATABASES = (
    ("db.t4g.medium", 2, 0.129, 4),
    ("db.r6g.xlarge", 4, 0.90, 32),
    ("db.r6g.2xlarge", 8, 1.80, 64),
    ("db.r6g.4xlarge", 16, 3.60, 128),
    ("db.r6g.8xlarge", 32, 7.20, 256),
    ("db.r6g.16xlarge", 64, 14.40, 512),
)
SIZES = (100, 1_000, 100_000, 1_000_000)
# Messages or requests that a simulation has for each worker, at least.
STEPS = 200
BATCH = 10  # BatchSize of the events and updates queues in template.yaml
SERIES_BATCH = 100
Parameters = Mapping[str, float]


def defaults() -> dict[str, float]:
    """Return every parameter's value."""
    return {name: value for name, (value, _, _) in PARAMETERS.items()}


@dataclass(frozen=True)
class Load:
    """What so many students, all at work at once, do in the busiest minute. Everything a second."""

    students: int
    classes: int
    dashboards: int
    events: float
    posts: float
    queries: float

    @classmethod
    def of(cls, students: int, p: Parameters) -> "Load":
        """Return the load of the peak. Up to 1,000 students are one class."""
        classes = max(1, round(students / p["class_students"])) if students > 1000 else 1
        dashboards = round(classes * p["dashboards"])
        events = students * p["events_per_minute"] / 60 * p["peak"]
        return cls(
            students,
            classes,
            dashboards,
            events,
            events / p["events_per_post"],
            dashboards * p["queries_per_minute"] / 60,
        )


def storing(load: Load, workers: int, p: Parameters) -> Stage:
    """Return the events queue with so many consumers; those of one class wait for each other (decision 1)."""
    return Stage(
        load.posts,
        min(workers, load.classes),
        BATCH,
        (p["call_ms"] + p["commit_ms"]) / 1000,
        p["event_ms"] * p["events_per_post"] / 1000,
    )


def pushing(load: Load, updates: float, workers: int, p: Parameters) -> Stage:
    """Return the updates queue: each message is pushed to the dashboards of one class."""
    push = math.ceil(p["dashboards"] / p["pushes_at_once"]) * p["push_ms"] / 1000
    # Messages of the same class are merged; of many classes each has pushes of its own.
    apart = min(1.0, load.classes / BATCH)
    return Stage(updates, workers, BATCH, 0.005 + push * (1 - apart), push * apart)


def series(load: Load, workers: int, p: Parameters) -> Stage:
    """Return the series queue."""
    return Stage(
        load.posts / 2,
        workers,
        SERIES_BATCH,
        p["series_ms"] / 1000,
        p["series_each_ms"] * p["events_per_post"] * 2 / 1000,
    )


def sized(make: Callable[[int], Stage], least: int = 2) -> Stage:
    """Return the stage with as many workers as leave two fifths of what they can do unused."""
    workers = least
    while (stage := make(workers)).arrivals > 0.6 * stage.most:
        if stage.workers < workers:
            raise ValueError(
                "more workers are of no use: the batches of one class are stored one after another; let students send"
                " fewer events (events_per_minute, peak), or more at once (events_per_post)"
            )
        workers = workers + 1 if workers < 20 else math.ceil(workers * 1.1)
    return stage


@dataclass(frozen=True)
class Plan:
    """What a load needs."""

    load: Load
    ingest: int
    query: int
    store: tuple[Stage, Queue]
    push: tuple[Stage, Queue]
    series: tuple[Stage, Queue]
    cores: float
    wal_mb: float
    database: tuple[str, int, float, int]
    databases: int

    @property
    def concurrency(self) -> int:
        """What all functions reserve; those of the sockets, of administration and migration 63."""
        workers = sum(max(2, stage.workers) for stage, _ in (self.store, self.push, self.series))
        return self.ingest + self.query + workers + 63

    @property
    def connections(self) -> int:
        """Connections to PostgreSQL: one a worker, and as many again while a release is being rolled out."""
        return 2 * (self.store[0].workers + self.push[0].workers + self.series[0].workers + self.query + 3)


def plan(students: int, p: Parameters) -> Plan:
    """Return what so many students need."""
    load = Load.of(students, p)
    store = sized(lambda workers: storing(load, workers, p))
    stored = model(store)
    updates = load.posts / stored.batch * min(stored.batch, load.classes)
    push = sized(lambda workers: pushing(load, updates, workers, p))
    points = sized(lambda workers: series(load, workers, p))
    cores = load.events * (p["event_ms"] + p["call_ms"] / (stored.batch * p["events_per_post"]) / 4) / 1000
    wal = load.events * p["wal_bytes"] / 1e6
    largest = DATABASES[-1][1]
    databases = math.ceil(max(cores / p["use"] / largest, wal / p["wal_most_mb"], 1e-9))
    database = next(found for found in DATABASES if found[1] * p["use"] >= cores / databases)
    return Plan(
        load,
        places_for(load.posts * p["ingest_ms"] / 1000, 1e-4),
        places_for(load.queries * p["read_ms"] / 1000, 1e-4),
        (store, stored),
        (push, model(push)),
        (points, model(points)),
        cores,
        wal,
        database,
        databases,
    )


def costs(found: Plan, p: Parameters) -> dict[str, float]:
    """Return dollars of one hour of class, by what they are for; the servers run all month for it."""
    load, hour, mean = found.load, 3600.0, 1 / p["peak"]
    posts, queries = load.posts * mean * hour, load.queries * mean * hour
    batches = posts / max(1.0, found.store[1].batch * mean)
    updates, pushes = found.push[0].arrivals * mean * hour, found.push[0].arrivals * mean * hour * p["dashboards"]
    busy = (
        posts * p["ingest_ms"] / 1000
        + queries * p["read_ms"] / 1000
        + hour * mean * (found.store[1].busy + found.push[1].busy + found.series[1].busy)
    )
    invocations = posts + queries + batches * 2 + updates
    # A message is sent, received and deleted; several are received and deleted at once.
    parts = math.ceil(p["event_bytes"] * p["events_per_post"] / 65_536)
    idle = 730 / p["hours_a_month"]
    # Each of the three event sources has five polls of 20 seconds under way, all month.
    requests = posts * parts + 4 * batches + updates * 3 + hour * idle * 3 * 5 / 20
    # What three months add is kept.
    gigabytes = load.events * mean * hour * p["hours_a_month"] * 3 * p["stored_bytes"] / 1e9
    _, cores, price, _ = found.database
    return {
        "Lambda": invocations * p["lambda_request"] + busy * p["memory_gb"] * p["lambda_gb_second"],
        "SQS": requests * p["sqs_request"],
        "WebSocket": pushes * math.ceil(p["update_bytes"] / 32_768) * p["socket_message"]
        + load.dashboards * 60 * p["socket_minute"],
        "CloudFront": (posts + queries) * p["cloudfront_request"],
        "logs, traces": invocations * (p["log_bytes"] / 1e9 * p["log_gb"] + p["trace"] / 20),
        "PostgreSQL": found.databases * (price + cores * p["proxy_core_hour"]) * idle,
        "its storage": max(50.0, gigabytes) * p["storage_gb_month"] / p["hours_a_month"],
        "Redis": p["redis_hour"] * idle * max(1, load.dashboards / 5000),
        "network, alarms": p["network_hour"] * idle + p["alarms_month"] / p["hours_a_month"],
    }


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


def end_of_one_writer(p: Parameters) -> list[tuple[str, int]]:
    """Return how many students each bound of one PostgreSQL is reached by, the lowest first."""
    each = p["events_per_minute"] / 60 * p["peak"]
    full = BATCH * p["events_per_post"]
    a_class = full / ((p["call_ms"] + p["commit_ms"] + full * p["event_ms"]) / 1000)
    cores = DATABASES[-1][1] * p["use"] / ((p["event_ms"] + p["call_ms"] / full / 4) / 1000)
    pushes = p["pushes_most"] / p["dashboards"] * p["events_per_post"]
    bounds = [
        ("in all: what API Gateway pushes to dashboards for one account", pushes / each),
        ("in one class: its batches are stored one after another (decision 1)", a_class / each),
        ("in all: the write-ahead log of one instance", p["wal_most_mb"] * 1e6 / p["wal_bytes"] / each),
        (f"in all: the {DATABASES[-1][1]} cores of {DATABASES[-1][0]}, half of them busy", cores / each),
    ]
    return sorted(((what, int(students)) for what, students in bounds), key=lambda bound: bound[1])


def checks(p: Parameters, messages: int, seed: int) -> Iterator[tuple[str, Stage, Queue, Queue]]:
    """Yield each stage of every size with the formula's and the simulation's answer."""
    for students in SIZES:
        found = plan(students, p)
        for name, (stage, answer) in {"store": found.store, "push": found.push, "series": found.series}.items():
            # Thousands of workers have to be filled before anything is counted.
            enough = max(messages, STEPS * stage.workers)
            yield f"{students:,} students, {name}", stage, answer, simulate(stage, enough, seed)
    # And closer to what the workers can do at most.
    store = plan(1_000, p).store[0]
    for share in (0.3, 0.8):
        stage = Stage(share * store.most, store.workers, store.batch, store.fixed, store.each)
        yield f"store, {share:.0%} of the most", stage, model(stage), simulate(stage, messages, seed)


def places(p: Parameters, requests: int, seed: int) -> Iterator[tuple[object, ...]]:
    """Yield for ingest and query of every size the formula's answers over the simulation's.

    With as many places as leave one request of a hundred without: one of ten thousand, which the plan allows, would ask
    for millions of requests.
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


def stay(stage: Stage, found: Queue) -> float:
    """Return how long a message is in a stage, in the mean: it waits, and then takes what its batch takes."""
    return found.wait + stage.seconds(found.batch)


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
