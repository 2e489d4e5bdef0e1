"""The time that each stage takes of a batch's way from the POST's body to the dashboards.

The real adapters run in one thread, on PostgreSQL (fsync on) and Redis (append-only, every write on disk) as `make run`
has them; an HTTP server takes the place of API Gateway. `runner_invocation` measures what the runner adds.
"""

import argparse
import json
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypeVar

from classpulse.bootstrap import now
from classpulse.core.migrate import upgrade
from classpulse.core.postgres import make_engine
from classpulse.core.redis import make_redis
from classpulse.identity.tokens import JwtTokens
from classpulse.ingest.admission import IngestAuthorizer
from classpulse.ingest.batches import Batch, facts_of, in_class, parse_batch
from classpulse.ingest.privacy import ClassPolicy, protect
from classpulse.ingest.redis import RedisPolicyCache
from classpulse.live.apigateway import ApiGatewaySockets
from classpulse.live.messages import progress_texts
from classpulse.progress.postgres_facts import PostgresFacts
from classpulse.progress.redis import RedisAnnouncer
from classpulse.progress.updates import UPDATE, Changed
from classpulse.queues.ports import OutboundMessage
from classpulse.queues.redis_streams import RedisStreamsQueue

from benchmarks.results import Plot, Result, Table, Timed
from benchmarks.storing import MIGRATIONS
from benchmarks.throughput import PASSWORD, events_of
from runner.embedded.postgres import EmbeddedPostgres
from runner.embedded.redis import EmbeddedRedis
from runner.functions.environment import CREDENTIALS
from tests.servers import LoopThread, with_logs

SECRET = "a-secret-of-the-benchmarks-0123456789"  # noqa: S105
POLICY = ClassPolicy(class_id="stages-0")
T = TypeVar("T")


class Stopwatch:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self.found: dict[str, list[float]] = {}

    def __call__(self, stage: str, work: Callable[[], T]) -> T:
        """Do the work, note how long it took, and return its result."""
        began = time.perf_counter()
        result = work()
        self.found.setdefault(stage, []).append((time.perf_counter() - began) * 1000)
        return result


class _Gateway(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def gateway() -> Iterator[str]:
    """Run a server that answers as @connections does; yield its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Gateway)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class Pipeline:
    """The adapters of the pipeline, on real servers."""

    def __init__(self, database_url: str, redis_url: str, gateway_url: str) -> None:
        redis = make_redis(redis_url)
        policy_cache = RedisPolicyCache(redis)
        policy_cache.publish([], {})
        self._authorizer = IngestAuthorizer(
            policy_cache, JwtTokens([SECRET]), now, SECRET, is_open=True, default_class_id="default"
        )
        self._events, self._series, self._updates = (
            RedisStreamsQueue(f"{redis_url}#{name}") for name in ("events", "series", "updates")
        )
        self._facts = PostgresFacts(make_engine(database_url, pool_size=2))
        self._announcer = RedisAnnouncer(redis)
        self._sockets = ApiGatewaySockets(gateway_url)

    def __call__(self, body: bytes, timed: Stopwatch) -> None:
        """Take one batch through all stages."""
        entry = timed("ingest: authorize the sender", lambda: self._authorizer.authorize(SECRET, is_local=True))
        parsed = timed("ingest: parse and validate", lambda: in_class(parse_batch(body), "stages-0"))
        admitted = timed("ingest: admit the classes", lambda: self._authorizer.admit(entry, parsed))
        protected = timed(
            "ingest: privacy and redaction",
            lambda: [protect(event, "stages-0", POLICY, SECRET.encode()) for event in admitted.parsed.events],
        )
        batch = Batch(batch_id="batch", received_at=now(), events=protected)
        text = timed("ingest: serialize", batch.to_json)
        timed("ingest: enqueue, on disk", lambda: self._events.send([OutboundMessage(text)]))
        facts = timed("consume: parse", lambda: facts_of(Batch.model_validate_json(text)))
        [stored] = timed("consume: SQL, committed", lambda: self._facts.store(facts))
        changed = Changed(
            class_id=stored.class_id, revision=stored.revision, students=stored.students, cells=stored.cells
        )
        timed("consume: enqueue to two queues", lambda: self._enqueue(text, changed))
        timed("consume: announce", lambda: self._announcer.announce(facts))
        texts = timed("broadcast: parse and serialize", lambda: self._texts(changed.to_json()))
        timed("broadcast: push to one dashboard", lambda: self._sockets.push("connection", texts))

    def _enqueue(self, text: str, changed: Changed) -> None:
        self._series.send([OutboundMessage(text)])
        self._updates.send([OutboundMessage(changed.to_json())])

    def _texts(self, update: str) -> list[str]:
        changed = UPDATE.validate_json(update)
        assert isinstance(changed, Changed)
        revision = changed.revision or 0
        return progress_texts(
            changed.class_id, revision, changed.students, now(), cells=changed.cells, revisions=[revision]
        )


def measure(options: argparse.Namespace, timed: Timed) -> Result:
    """Run batches of each size; return the result."""
    found: dict[int, dict[str, list[float]]] = {}
    with tempfile.TemporaryDirectory() as folder, LoopThread() as loop, gateway() as gateway_url:
        postgres = EmbeddedPostgres(with_logs(Path(folder) / "postgres"), PASSWORD, "classpulse")
        redis = EmbeddedRedis(with_logs(Path(folder) / "redis"), PASSWORD)
        loop.run(postgres.start())
        loop.run(redis.start())
        try:
            upgrade(postgres.url, MIGRATIONS)
            pipeline = Pipeline(postgres.url, redis.url, gateway_url)
            for size in options.sizes:
                watch = Stopwatch()
                total = (options.batches + 5) * size
                events = events_of(1, 1000, total, size, "stages")
                for number in range(options.batches + 5):
                    body = json.dumps(events[number * size : (number + 1) * size]).encode()
                    pipeline(body, watch if number >= 5 else Stopwatch())
                found[size] = watch.found
        finally:
            loop.run(redis.stop())
            loop.run(postgres.stop())
    return summed_up(found, timed)


def summed_up(found: dict[int, dict[str, list[float]]], timed: Timed) -> Result:
    """Return the medians, and the share of each stage."""
    tables, bars = [], dict[str, list[tuple[float | str, float]]]()
    for size, stages in found.items():
        medians = {stage: statistics.median(values) for stage, values in stages.items()}
        whole = sum(medians.values())
        rows = [
            [stage, f"{value:.2f}", f"{max(stages[stage]):.2f}", f"{value / whole:.0%}"]
            for stage, value in medians.items()
        ]
        rows.append(["all", f"{whole:.2f}", "", "100%"])
        tables.append(Table(f"A batch of {size}", ["stage", "ms, median", "ms, most", "of all"], rows))
        bars[f"batches of {size}"] = [(stage, value / size) for stage, value in medians.items()]
    plot = Plot("stages", "Milliseconds an event, by stage", "", "ms an event", bars, log="y", bars=True)
    return timed.done(aims=[], tables=tables, plots=[plot])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stages", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 10, 100], help="events a batch (default 1 10 100)")
    parser.add_argument("--batches", type=int, default=60, help="batches of each size (default 60)")
    options = parser.parse_args()
    os.environ.update(CREDENTIALS, AWS_DEFAULT_REGION="us-east-1")
    measure(options, Timed("stages", __doc__, options))


if __name__ == "__main__":
    main()
