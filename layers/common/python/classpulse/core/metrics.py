"""Metrics in CloudWatch's embedded metric format: one JSON line on standard output.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

NAMESPACE = "ClassPulse"


@dataclass(frozen=True)
class Metric:
    """A metric. unit: CloudWatch's name of the unit."""

    name: str
    unit: str = "Count"


EVENTS_ACCEPTED = Metric("EventsAccepted")
EVENTS_REJECTED = Metric("EventsRejected")
EVENTS_STORED = Metric("EventsStored")
EVENTS_REPEATED = Metric("EventsRepeated")
# Events of erased students that arrived late, or were queued at the erasure.
EVENTS_DROPPED = Metric("EventsDropped")
DEAD_LETTERS = Metric("DeadLetters")
STORE_DELAY = Metric("StoreDelay", "Milliseconds")
POINTS_WRITTEN = Metric("PointsWritten")
CONNECTIONS_TOLD = Metric("ConnectionsTold")
CONNECTIONS_GONE = Metric("ConnectionsGone")


class Meter(Protocol):
    """Records metrics."""

    def record(self, values: Mapping[Metric, float]) -> None:
        """Record one value of each metric."""


class Silent:
    """A Meter that discards everything."""

    def record(self, values: Mapping[Metric, float]) -> None:
        """See Meter.record."""


class EmbeddedMetrics:
    """Prints a function's metrics; CloudWatch, or the local runner, reads them from the log."""

    def __init__(self, function: str) -> None:
        self._function = function

    def record(self, values: Mapping[Metric, float]) -> None:
        """See Meter.record."""
        metrics = [{"Name": metric.name, "Unit": metric.unit} for metric in values]
        document = {
            "_aws": {
                "Timestamp": int(time.time() * 1000),
                "CloudWatchMetrics": [{"Namespace": NAMESPACE, "Dimensions": [["function"]], "Metrics": metrics}],
            },
            "function": self._function,
            **{metric.name: value for metric, value in values.items()},
        }
        print(json.dumps(document), file=sys.stdout, flush=True)
