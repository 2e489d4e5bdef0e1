"""The Meter port by CloudWatch's embedded metric format: one JSON line on standard output.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
import sys
import time
from collections.abc import Mapping

from classpulse.ports import Metric

NAMESPACE = "ClassPulse"


class EmbeddedMetrics:
    """Prints what a function has counted; CloudWatch, or the local runner, reads it from the log."""

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
