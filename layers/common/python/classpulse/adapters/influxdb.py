"""The SeriesStore port on InfluxDB: written through /api/v2/write, read by InfluxQL through /query.

InfluxQL is answered by InfluxDB 1, 2 (with its DBRP mapping) and 3; Flux only by 2. Tags are of low cardinality:
user, session and cell ids are fields.
https://docs.influxdata.com/influxdb/v2/api-guide/influxdb-1x/query/
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import urllib3
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write.point import Point
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.domain.write_precision import WritePrecision
from influxdb_client.rest import ApiException

from classpulse.config import InfluxdbSettings
from classpulse.domain.batches import Fact
from classpulse.domain.error_names import error_name
from classpulse.domain.series import MEASUREMENT, Minute, point_time
from classpulse.errors import PermanentError, StoreUnavailable

TIMEOUT_SECONDS = 8
# What a server says of the point itself; everything else may be different the next time.
_REFUSED = (400, 413, 422)


class InfluxdbSeries:
    """Time series in one bucket."""

    def __init__(self, settings: InfluxdbSettings) -> None:
        self._settings = settings
        self._client = InfluxDBClient(
            url=settings.url,
            token=settings.token,
            org=settings.org,
            timeout=TIMEOUT_SECONDS * 1000,
            enable_gzip=True,
        )
        self._write = self._client.write_api(write_options=SYNCHRONOUS)
        self._http = urllib3.PoolManager(timeout=TIMEOUT_SECONDS, retries=False)

    def write(self, facts: Sequence[Fact]) -> None:
        """See SeriesStore.write: one request."""
        try:
            self._write.write(
                bucket=self._settings.bucket,
                record=[to_point(fact) for fact in facts],
                write_precision=WritePrecision.NS,  # type: ignore[arg-type]  # the library's own enum is of strings
            )
        except ApiException as error:
            if error.status in _REFUSED:
                raise PermanentError(f"InfluxDB refused a point (HTTP {error.status})") from error
            raise StoreUnavailable(f"InfluxDB answered HTTP {error.status}") from error
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise StoreUnavailable("InfluxDB cannot be reached") from error

    def read_minutes(self, class_id: str, start: datetime, end: datetime) -> list[Minute]:
        """See SeriesStore.read_minutes."""
        where = (
            f"FROM {MEASUREMENT} WHERE class = {_quoted(class_id)}"
            f" AND time >= '{_moment(start)}' AND time < '{_moment(end)}' GROUP BY time(1m) fill(none)"
        )
        totals, students = self._query(
            f"SELECT count(user_id), sum(run), sum(error) {where}; SELECT count(distinct(user_id)) {where}"
        )
        by_minute = {row[0]: row[1] for row in students}
        return [
            Minute(
                start=datetime.fromtimestamp(start_s, UTC),
                events=events,
                runs=runs,
                errors=errors,
                students=by_minute[start_s],
            )
            for start_s, events, runs, errors in totals
        ]

    def _query(self, statements: str) -> list[list[list[Any]]]:
        """Return, for each statement, the rows of its only series; times in seconds."""
        try:
            answer = self._http.request(
                "GET",
                f"{self._settings.url.rstrip('/')}/query",
                fields={"db": self._settings.bucket, "epoch": "s", "q": statements},
                headers={"Authorization": f"Token {self._settings.token}"},
            )
        except urllib3.exceptions.HTTPError as error:
            raise StoreUnavailable("InfluxDB cannot be reached") from error
        if answer.status != 200:
            raise StoreUnavailable(f"InfluxDB answered HTTP {answer.status}")
        results = json.loads(answer.data)["results"]
        if any("error" in result for result in results):
            raise StoreUnavailable("InfluxDB did not understand the query")
        return [result["series"][0]["values"] if "series" in result else [] for result in results]


def to_point(fact: Fact) -> Point:
    """Return the fact as a point of `student_progress`."""
    event = fact.event
    point: Point = Point(MEASUREMENT).time(point_time(fact), WritePrecision.NS)
    tags = {"class": fact.class_id, "event_type": event.event_type, "notebook": event.notebook_path}
    fields = {
        "user_id": event.user_id,
        "cell_id": event.cell_id,
        "run": int(event.is_run),
        "error": int(event.is_error),
        "error_name": error_name(event.error_message) if event.is_error else None,
        "execution_count": event.execution_count,
        "duration_ms": event.execution_duration_ms,
    }
    for name, tag in tags.items():
        point.tag(name, tag)
    for name, value in fields.items():
        point.field(name, value)
    return point


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
