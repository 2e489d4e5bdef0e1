"""Helpers of the InfluxDB adapter's tests: a clock, special names, and a reader of the points."""

from datetime import timedelta
from typing import Any

from tests.builders import make_event
from tests.influxdb_servers import Influxd

FIRST = make_event(second=0).event_time
HOUR = timedelta(hours=1)
TOKEN = "a-token-that-is-long-enough"
AWKWARD = [
    "with space, comma=equals",
    "\"double\" 'single' `back`",
    "back\\slash \\, \\= \\ \\n \\",
    "line\nbreak\r\ntab\tbell\x07",
    "100 % of %0A and %25",
    "日本語のクラス",
    "Zoë 👩🏽‍💻 🎉",
    "#no comment",
    " leading and trailing ",
    "' OR class =~ /.*/ OR class = '",
    "\\' OR class =~ /.*/ OR class = \\'",
    "'; DROP MEASUREMENT student_progress; --",
    "$class $1 ${x} {0} {}",
    "x" * 128,
]


class Time:
    """A clock that only a sleep advances."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def points(influxd: Influxd, bucket: str, tags: bool = True) -> list[dict[str, Any]]:
    statement = f"SELECT * FROM student_progress{' GROUP BY *' if tags else ''}"
    return [
        {**found.get("tags", {}), **dict(zip(found["columns"], values, strict=True))}
        for found in influxd.query(statement, bucket)
        for values in found["values"]
    ]
