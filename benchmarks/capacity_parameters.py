"""The parameters of the capacity model, each with where it is from, and the databases to choose from."""

from collections.abc import Mapping

MEASURED = "measured: `benchmarks.storing`, two busy cores"
FACTS = "measured before the project began, two cores"
LESSON = "assumed: a busy lesson"
NETWORK = "assumed: within one region"
# The region of docs/how-to/deploy-on-aws.md.
REGION = "eu-central-1"
PRICE = f"assumed: AWS's list price, {REGION}, x86-64, on demand, as of January 2025"
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
MAPPING = "AWS's limit: 1,000 with `MaximumConcurrency`, and 1,000 to 1,250 without"
# Each parameter has a value, a meaning and a source.
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
    "mapping_most": (1000, "concurrent invocations of one SQS event source mapping", MAPPING),
    "series_ms": (50, "one write to InfluxDB", "assumed"),
    "series_each_ms": (0.02, "and the part for each event", FACTS + " (6.8 ms for 1,000 points)"),
    "update_bytes": (6000, "one update to one dashboard", "assumed"),
    "header_bytes": (1500, "headers and TLS of one POST to a connection", "assumed"),
    "answer_bytes": (20_000, "the answer to a dashboard's request", "assumed"),
    "memory_gb": (0.5, "`MemorySize`", "`template.yaml`"),
    "hours_a_month": (40, "hours of class a month", LESSON),
    "log_bytes": (1200, "log of one invocation", "assumed"),
    "lambda_request": (0.20e-6, "$ a Lambda request", PRICE),
    "lambda_gb_second": (16.6667e-6, "$ a GB-second of Lambda", PRICE),
    "sqs_request": (0.40e-6, "$ an SQS request of 64 KB", PRICE),
    "socket_message": (1.20e-6, "$ a WebSocket message of 32 KB", PRICE),
    "socket_minute": (0.30e-6, "$ a connection and minute", PRICE),
    "cloudfront_request": (1.20e-6, "$ a request through CloudFront", PRICE),
    "egress_gb": (0.085, "$ a GB from CloudFront to the internet, without the free terabyte a month", PRICE),
    "log_gb": (0.63, "$ a GB of logs taken in", PRICE),
    "trace": (5e-6, "$ a trace, of which X-Ray takes a twentieth", PRICE),
    "storage_gb_month": (0.274, "$ a GB and month in two zones", PRICE),
    "proxy_core_hour": (0.018, "$ a core and hour of RDS Proxy", PRICE),
    "redis_hour": (0.074, "$ an hour of two cache.t4g.small", PRICE),
    "nat_hour": (0.052, "$ an hour of the NAT gateway", PRICE),
    "nat_gb": (0.052, "$ a GB that the NAT gateway processes", PRICE),
    "address_hour": (0.005, "$ an hour of the NAT gateway's public IPv4 address", PRICE),
    "endpoint_hour": (0.024, "$ an hour of the endpoint of SQS, in two zones", PRICE),
    "endpoint_gb": (0.01, "$ a GB that the endpoint processes", PRICE),
    "alarms_month": (8.0, "$ a month of alarms, dashboard, metrics and secrets", PRICE),
}
# Class, cores, $ an hour in two zones (PRICE), gigabytes of memory.
DATABASES = (
    ("db.t4g.medium", 2, 0.148, 4),
    ("db.r6g.xlarge", 4, 1.07, 32),
    ("db.r6g.2xlarge", 8, 2.14, 64),
    ("db.r6g.4xlarge", 16, 4.29, 128),
    ("db.r6g.8xlarge", 32, 8.58, 256),
    ("db.r6g.16xlarge", 64, 17.15, 512),
)
Parameters = Mapping[str, float]


def defaults() -> dict[str, float]:
    """Return the default value of every parameter."""
    return {name: value for name, (value, _, _) in PARAMETERS.items()}
