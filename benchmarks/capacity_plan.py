"""The AWS capacity that a number of students needs, its cost, and the limits of one writer."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.capacity_parameters import DATABASES, Parameters
from benchmarks.queueing import Queue, Stage, model, places_for

BATCH = 10  # BatchSize of the events and updates queues in template.yaml
SERIES_BATCH = 100
# ReservedConcurrentExecutions in template.yaml: connect, disconnect and message; manage; administer and migrate.
SOCKETS, MANAGE, ADMINISTER = 60, 20, 3
# The share of their capacity that workers use at the peak.
USED_SHARE = 0.6


@dataclass(frozen=True)
class Load:
    """The load of so many students, all at work, in the busiest minute. Rates are a second."""

    students: int
    classes: int
    dashboards: int
    events: float
    posts: float
    queries: float

    @classmethod
    def of(cls, students: int, p: Parameters) -> "Load":
        """Return the peak load. Up to 1,000 students are one class."""
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
    """Return the events queue with so many workers; batches of one class are stored one after another (decision 1)."""
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
    # Messages of one class are merged into one push; messages of different classes are not.
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
    """Return the stage with enough workers that two fifths of their capacity stay unused."""
    workers = least
    while (stage := make(workers)).arrivals > USED_SHARE * stage.most:
        if stage.workers < workers:
            raise ValueError(
                "more workers are of no use: the batches of one class are stored one after another; let students send"
                " fewer events (events_per_minute, peak), or more at once (events_per_post)"
            )
        workers = workers + 1 if workers < 20 else math.ceil(workers * 1.1)
    return stage


@dataclass(frozen=True)
class Plan:
    """The resources that a load needs."""

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
        """Concurrency that all functions reserve."""
        workers = sum(max(2, stage.workers) for stage, _ in (self.store, self.push, self.series))
        return self.ingest + self.query + workers + SOCKETS + MANAGE + ADMINISTER

    def push_mappings(self, most: float) -> int:
        """Event source mappings, and so queues, that the pushes need: one runs `most` invocations at once."""
        return math.ceil(self.push[0].workers / most)

    @property
    def connections(self) -> int:
        """Connections to PostgreSQL: one for each worker, doubled while a release is rolled out."""
        return 2 * (
            self.store[0].workers + self.push[0].workers + self.series[0].workers + self.query + MANAGE + ADMINISTER
        )


def plan(students: int, p: Parameters) -> Plan:
    """Return the resources that so many students need."""
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
    """Return the dollars of one hour of class, by service; servers run all month."""
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
    # A message is sent, received and deleted; a batch is received and deleted in one request.
    parts = math.ceil(p["event_bytes"] * p["events_per_post"] / 65_536)
    idle = 730 / p["hours_a_month"]
    # Each of the three event sources keeps five polls of 20 seconds open, all month.
    requests = posts * parts + 4 * batches + updates * 3 + hour * idle * 3 * 5 / 20
    # The data of three months is kept.
    gigabytes = load.events * mean * hour * p["hours_a_month"] * 3 * p["stored_bytes"] / 1e9
    _, cores, price, _ = found.database
    # Ingest and consume send to SQS through the endpoint; pushes leave by the NAT gateway.
    queued = 2 * posts * p["event_bytes"] * p["events_per_post"] + updates * p["update_bytes"]
    pushed = pushes * (p["update_bytes"] + p["header_bytes"])
    shown = pushes * p["update_bytes"] + queries * p["answer_bytes"]
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
        "NAT gateway, its address, endpoint": (p["nat_hour"] + p["address_hour"] + p["endpoint_hour"]) * idle,
        "data through both": (pushed * p["nat_gb"] + queued * p["endpoint_gb"]) / 1e9,
        "data to browsers": shown / 1e9 * p["egress_gb"],
        "alarms, secrets": p["alarms_month"] / p["hours_a_month"],
    }


def end_of_one_writer(p: Parameters) -> list[tuple[str, int]]:
    """Return the number of students at which each bound is reached, the lowest first."""
    each = p["events_per_minute"] / 60 * p["peak"]
    full = BATCH * p["events_per_post"]
    a_class = full / ((p["call_ms"] + p["commit_ms"] + full * p["event_ms"]) / 1000)
    cores = DATABASES[-1][1] * p["use"] / ((p["event_ms"] + p["call_ms"] / full / 4) / 1000)
    pushes = p["pushes_most"] / p["dashboards"] * p["events_per_post"]
    # With many classes, each batch stored is one update; two fifths of the workers stay in reserve.
    push = pushing(Load(0, BATCH, 0, 0, 0, 0), 1, int(p["mapping_most"]), p)
    mapping = USED_SHARE * push.most * p["events_per_post"]
    bounds = [
        ("in all: what API Gateway pushes to dashboards for one account", pushes / each),
        (
            f"in all: one event source mapping of the updates queue ({p['mapping_most']:,.0f} invocations)",
            mapping / each,
        ),
        ("in one class: its batches are stored one after another (decision 1)", a_class / each),
        ("in all: the write-ahead log of one instance", p["wal_most_mb"] * 1e6 / p["wal_bytes"] / each),
        (f"in all: the {DATABASES[-1][1]} cores of {DATABASES[-1][0]}, half of them busy", cores / each),
    ]
    return sorted(((what, int(students)) for what, students in bounds), key=lambda bound: bound[1])


def stay(stage: Stage, found: Queue) -> float:
    """Return the mean time of a message in a stage: its wait, and the time of its batch."""
    return found.wait + stage.seconds(found.batch)
