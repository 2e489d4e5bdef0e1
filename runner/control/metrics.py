"""Counters and gauges, for Prometheus and for the status."""

from collections.abc import Callable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from runner.functions.outcome import Outcome, Timing
from runner.functions.pool import FunctionPool
from runner.sources.sqs.queue import Depth

MILLISECONDS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 60000)
BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)


class Metrics:
    """Metrics of one system, in a separate registry, because a process may hold several systems."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        labels, registry = ["function"], self._registry
        self._invocations = Counter("runner_invocations", "Invocations that ended", labels, registry=registry)
        self._errors = Counter("runner_invocation_errors", "Invocations that failed", labels, registry=registry)
        self._cold_starts = Counter("runner_cold_starts", "First invocations of a worker", labels, registry=registry)
        self._durations = Histogram(
            "runner_invocation_duration_seconds", "How long they took", labels, buckets=BUCKETS, registry=registry
        )
        self._workers = Gauge("runner_workers", "Workers that there are", ["function", "state"], registry=registry)
        self._messages = Gauge("runner_queue_messages", "Messages in a queue", ["queue", "state"], registry=registry)
        self._oldest = Gauge("runner_queue_oldest_seconds", "Age of the oldest message", ["queue"], registry=registry)
        self._own: dict[str, Any] = {}
        self._sockets = Gauge("runner_open_sockets", "Open connections of the WebSocket API", registry=registry)

    def observe(self, function: str, timing: Timing, outcome: Outcome) -> None:
        """Count an invocation."""
        self._invocations.labels(function).inc()
        self._durations.labels(function).observe(timing.duration)
        if outcome.failed:
            self._errors.labels(function).inc()
        if timing.init is not None:
            self._cold_starts.labels(function).inc()

    def take(self, document: dict[str, Any]) -> None:
        """Record metrics that a function has logged in CloudWatch's embedded metric format, under the same names."""
        for directive in document["_aws"].get("CloudWatchMetrics", []):
            for metric in directive.get("Metrics", []):
                values = document.get(metric["Name"], [])
                for value in values if isinstance(values, list) else [values]:
                    self._record(metric["Name"], metric.get("Unit", "None"), document.get("function", ""), float(value))

    def _record(self, name: str, unit: str, function: str, value: float) -> None:
        if name not in self._own:
            kind: Callable[..., Any] = Counter if unit == "Count" else Histogram
            settings = {} if unit == "Count" else {"buckets": MILLISECONDS}
            self._own[name] = kind(
                name, f"{unit}, as the function records it", ["function"], registry=self._registry, **settings
            )
        metric = self._own[name].labels(function)
        if unit == "Count":
            metric.inc(value)
        else:
            metric.observe(value)

    def counts(self, function: str) -> dict[str, int]:
        """Return a function's totals."""
        names = {
            "invocations": "runner_invocations",
            "errors": "runner_invocation_errors",
            "coldStarts": "runner_cold_starts",
        }
        return {
            name: int(self._registry.get_sample_value(f"{metric}_total", {"function": function}) or 0)
            for name, metric in names.items()
        }

    def text(self, pools: Mapping[str, FunctionPool], depths: Mapping[str, Depth], sockets: int) -> bytes:
        """Return all metrics in Prometheus' text format."""
        for name, pool in pools.items():
            self._workers.labels(name, "busy").set(pool.busy)
            self._workers.labels(name, "idle").set(pool.size - pool.busy)
        for name, depth in depths.items():
            self._messages.labels(name, "waiting").set(depth.waiting)
            self._messages.labels(name, "in_flight").set(depth.in_flight)
            self._oldest.labels(name).set(depth.oldest)
        self._sockets.set(sockets)
        return generate_latest(self._registry)
