"""The SeriesStore port on InfluxDB: written through /api/v2/write, read by InfluxQL through /query.

InfluxDB 1, 2 (with its DBRP mapping) and 3 answer InfluxQL; only 2 answers Flux. See docs/reference/time-series.md.
https://docs.influxdata.com/influxdb/v2/api-guide/influxdb-1x/query/
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import urllib3
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.rest import ApiException

from classpulse.core.config import InfluxdbSettings
from classpulse.core.errors import PermanentError, StoreUnavailable
from classpulse.ingest.batches import Fact
from classpulse.series.model import EVERYTHING, MEASUREMENT, Minute, SeriesFilter
from classpulse.series.points import to_erased_line, to_line, to_literal

TIMEOUT_SECONDS = 8
# The longest Retry-After that a write waits for; after a longer one, the queue retries.
PATIENCE_SECONDS = 5.0
MAX_REASON_LENGTH = 500
STUDENTS_PER_QUERY = 50
# Statuses that blame the points themselves; after any other, a retry can succeed.
_REFUSED = (400, 413, 422)
_BUSY = (429, 503)

# One statement, so that nothing is written between counting the events and counting the students.
_MINUTES = (
    "SELECT count(user_id), sum(run), sum(error), count(distinct(user_id)) FROM {}"
    " WHERE {} AND time >= {} AND time < {} GROUP BY time(1m) fill(none)"
)


class InfluxdbSeries:
    """The time series in one bucket."""

    def __init__(
        self,
        settings: InfluxdbSettings,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._sleep = sleep
        self._clock = clock
        self._not_before = clock()
        client = InfluxDBClient(
            url=settings.url,
            token=settings.token,
            org=settings.org,
            timeout=TIMEOUT_SECONDS * 1000,
            enable_gzip=True,
        )
        self._write = client.write_api(write_options=SYNCHRONOUS)
        self._http = urllib3.PoolManager(timeout=TIMEOUT_SECONDS, retries=False)

    def ping(self) -> None:
        """See Pingable.ping: it runs a query."""
        self._query(f"SHOW TAG KEYS FROM {MEASUREMENT} LIMIT 1")

    def write(self, facts: Sequence[Fact]) -> None:
        """See SeriesStore.write: one request, retried only after a pause that the server asks for.

        Until that pause is over, no later call sends anything either.
        """
        self._send("\n".join(map(to_line, facts)).encode())

    def anonymise(self, facts: Sequence[Fact]) -> None:
        """See SeriesStore.anonymise: overwrites the user id of the points."""
        self._send("\n".join(map(to_erased_line, facts)).encode())

    def _send(self, lines: bytes) -> None:
        patience_ends = self._clock() + PATIENCE_SECONDS
        while True:
            if self._not_before > patience_ends:
                raise StoreUnavailable(f"InfluxDB asks to wait {self._not_before - self._clock():.0f} s more")
            if (pause := self._not_before - self._clock()) > 0:
                self._sleep(pause)
            try:
                self._write.write(bucket=self._settings.bucket, record=lines)
            except ApiException as error:
                self._note_retry_after(error)
            except (urllib3.exceptions.HTTPError, OSError) as error:
                raise StoreUnavailable("InfluxDB is unreachable") from error
            else:
                return

    def _note_retry_after(self, error: ApiException) -> None:
        """Record the pause that the server asks for; raise if it asks for none, or refuses a point."""
        reason = f"{_reason(error.body)} (HTTP {error.status})"
        if error.status in _REFUSED:
            raise PermanentError(f"InfluxDB refused a point: {reason}") from error
        pause = _retry_after(error.headers) if error.status in _BUSY else 0
        if pause <= 0:
            raise StoreUnavailable(f"InfluxDB accepted no point: {reason}") from error
        self._not_before = self._clock() + pause

    def read_minutes(
        self, class_id: str, start: datetime, end: datetime, only: SeriesFilter = EVERYTHING
    ) -> list[Minute]:
        """See SeriesStore.read_minutes."""
        filters = {"class": class_id, "notebook": only.notebook_path, "cell_id": only.cell_id}
        conditions = " AND ".join(f"{name} = {to_literal(text)}" for name, text in filters.items() if text is not None)
        minutes: dict[int, tuple[int, ...]] = {}
        for students in _conditions_on_students(only.user_ids):
            query = _MINUTES.format(MEASUREMENT, conditions + students, _moment(start), _moment(end))
            for second, *counts in self._query(query):
                # Each student is in one query only, so the numbers of students add up too.
                minutes[second] = tuple(map(sum, zip(minutes.get(second, (0, 0, 0, 0)), counts, strict=True)))
        return [
            Minute(
                start=datetime.fromtimestamp(second, UTC), events=events, runs=runs, errors=errors, students=students
            )
            for second, (events, runs, errors, students) in sorted(minutes.items())
        ]

    def _query(self, statement: str) -> list[list[Any]]:
        """Return the rows of the statement's only series; times in seconds."""
        try:
            answer = self._http.request(
                "GET",
                f"{self._settings.url.rstrip('/')}/query",
                fields={"db": self._settings.bucket, "epoch": "s", "q": statement},
                headers={"Authorization": f"Token {self._settings.token}"},
            )
        except urllib3.exceptions.HTTPError as error:
            raise StoreUnavailable("InfluxDB is unreachable") from error
        if answer.status != 200:
            raise StoreUnavailable(f"InfluxDB refused the query: {_reason(answer.data)} (HTTP {answer.status})")
        try:
            result = json.loads(answer.data)["results"][0]
        except (ValueError, LookupError) as error:
            raise StoreUnavailable("the server at INFLUXDB_URL is not InfluxDB") from error
        if "error" in result:
            raise StoreUnavailable(f"InfluxDB refused the query: {result['error'][:MAX_REASON_LENGTH]}")
        rows: list[list[Any]] = result["series"][0]["values"] if "series" in result else []
        return rows


def _conditions_on_students(user_ids: Sequence[str] | None) -> Iterator[str]:
    """Yield conditions that select these students, in parts that fit into a URL; None: one empty condition."""
    if user_ids is None:
        yield ""
        return
    for first in range(0, len(user_ids), STUDENTS_PER_QUERY):
        part = user_ids[first : first + STUDENTS_PER_QUERY]
        yield f" AND ({' OR '.join(f'user_id = {to_literal(user_id)}' for user_id in part)})"


def _reason(body: bytes | str | None) -> str:
    """Return the server's reason: `message` of InfluxDB 2 and 3, `error` of 1."""
    text = body.decode(errors="replace") if isinstance(body, bytes) else body or ""
    try:
        document = json.loads(text)
        text = str(document.get("message") or document.get("error") or text)
    except (ValueError, AttributeError):
        pass  # not InfluxDB's JSON: perhaps a proxy's error page
    return text.strip()[:MAX_REASON_LENGTH]


def _retry_after(headers: Mapping[str, str] | None) -> float:
    """Return the seconds that Retry-After asks for, as a number or as a date (RFC 9110, 10.2.3); 0 for none."""
    value = (headers or {}).get("Retry-After", "")
    try:
        return urllib3.Retry().parse_retry_after(value)
    except urllib3.exceptions.InvalidHeader:
        return 0


def _moment(moment: datetime) -> str:
    return f"'{moment.astimezone(UTC).isoformat().replace('+00:00', 'Z')}'"
