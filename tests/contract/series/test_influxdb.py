"""The SeriesStore port on the servers that take InfluxDB's writes: see tests/influxdb_servers.py."""

import gzip
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from itertools import product
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from classpulse.core.config import InfluxdbSettings
from classpulse.core.errors import PermanentError, StoreUnavailable
from classpulse.ingest.batches import Batch
from classpulse.series.influxdb import PATIENCE_SECONDS, InfluxdbSeries
from classpulse.series.model import Minute, SeriesFilter
from classpulse.series.service import PersistSeries

from tests.builders import NOW, inbound, make_batch, make_event, make_fact
from tests.contract.series.test_series_store import *  # noqa: F403  # the contract itself, with `stores` as it is below
from tests.fakes.progress import MemoryStore
from tests.fakes.queues import MemoryQueue
from tests.influxdb_servers import Influxd, VictoriaMetrics, serving

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
    """A clock that stands still until somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture(scope="module")
def influxd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Influxd]:
    with serving(Influxd(tmp_path_factory.mktemp("influxd"))) as server:
        yield server


@pytest.fixture(scope="module")
def victoria_metrics(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VictoriaMetrics]:
    with serving(VictoriaMetrics(tmp_path_factory.mktemp("victoria-metrics"))) as server:
        yield server


@pytest.fixture
def bucket(influxd: Influxd) -> str:
    """A bucket of the test's own; what the proxy remembers is forgotten."""
    influxd.received.clear()
    influxd.answers.clear()
    name = f"test-{uuid.uuid4().hex}"
    influxd.query(f'CREATE DATABASE "{name}"')
    return name


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def series(influxd: Influxd, bucket: str, time: Time) -> InfluxdbSeries:
    return InfluxdbSeries(InfluxdbSettings(influxd.url, TOKEN, "org", bucket), time.sleep, time)


@pytest.fixture
def stores(series: InfluxdbSeries) -> tuple[MemoryStore, InfluxdbSeries]:
    return MemoryStore(lambda: NOW), series


def points(influxd: Influxd, bucket: str, tags: bool = True) -> list[dict[str, Any]]:
    statement = f"SELECT * FROM student_progress{' GROUP BY *' if tags else ''}"
    return [
        {**found.get("tags", {}), **dict(zip(found["columns"], values, strict=True))}
        for found in influxd.query(statement, bucket)
        for values in found["values"]
    ]


def test_a_batch_is_one_compressed_request_with_the_token(
    influxd: Influxd, series: InfluxdbSeries, bucket: str
) -> None:
    series.write([make_fact(second=second) for second in range(100)])
    series.write([make_fact(second=second) for second in range(100)])
    first, second = influxd.received
    asked = parse_qs(urlsplit(first.target).query)
    assert urlsplit(first.target).path == "/api/v2/write"
    assert (asked["bucket"], asked["org"], asked["precision"]) == ([bucket], ["org"], ["ns"])
    assert first.headers["Authorization"] == f"Token {TOKEN}"
    assert first.headers["Content-Encoding"] == "gzip"
    assert len(gzip.decompress(first.body).splitlines()) == 100
    assert first.connection == second.connection


def test_a_point_is_what_the_event_says_at_its_own_time(influxd: Influxd, series: InfluxdbSeries, bucket: str) -> None:
    series.write(
        [
            make_fact(
                eventTime="2026-04-01T08:00:00.123Z",
                hasError=True,
                errorMessage="NameError: name 'x' is not defined",
                executionCount=7,
                executionDurationMs=12.5,
            )
        ]
    )
    (point,) = points(influxd, bucket)
    milliseconds, digest = divmod(point.pop("time"), 1_000_000)
    assert milliseconds == int(datetime.fromisoformat("2026-04-01T08:00:00.123Z").timestamp() * 1000)
    assert digest < 1_000_000
    assert point == {
        "class": "python-1",
        "event_type": "cell_executed",
        "notebook": "lesson1.ipynb",
        "user_id": "ada",
        "cell_id": "c1",
        "run": 1,
        "error": 1,
        "error_name": "NameError",
        "execution_count": 7,
        "duration_ms": 12.5,
    }


@pytest.mark.parametrize("duration", [0, 1e-07, 0.1, 3, 123456789.125, 1e300])
def test_a_duration_is_as_long_as_it_was(
    influxd: Influxd, series: InfluxdbSeries, bucket: str, duration: float
) -> None:
    series.write([make_fact(executionDurationMs=float(duration))])
    assert [point["duration_ms"] for point in points(influxd, bucket)] == [duration]


def test_an_event_without_notebook_and_cell_is_a_point_too(series: InfluxdbSeries) -> None:
    series.write([make_fact(second=0, eventType="help", notebookPath=None, cellId=None, cellIndex=None)])
    assert [minute.events for minute in series.read_minutes("python-1", FIRST, FIRST + HOUR)] == [1]


def test_students_and_cells_make_no_series_of_their_own(influxd: Influxd, series: InfluxdbSeries, bucket: str) -> None:
    series.write(
        [
            make_fact(second=n, userId=f"student-{n}", cellId=f"cell-{n}", sessionId=f"session-{n}", executionCount=n)
            for n in range(50)
        ]
    )
    (tags,) = influxd.query("SHOW TAG KEYS", bucket)
    assert tags["values"] == [["class"], ["event_type"], ["notebook"]]
    (cardinality,) = influxd.query("SHOW SERIES EXACT CARDINALITY", bucket)
    assert cardinality["values"] == [[1]]


def test_the_same_points_again_change_nothing(influxd: Influxd, series: InfluxdbSeries, bucket: str) -> None:
    facts = [make_fact(second=second, userId=f"student-{second % 7}") for second in range(40)]
    series.write(facts)
    once = points(influxd, bucket), series.read_minutes("python-1", FIRST, FIRST + HOUR)
    series.write(facts[10:])
    series.write(list(reversed(facts)))
    assert (points(influxd, bucket), series.read_minutes("python-1", FIRST, FIRST + HOUR)) == once
    assert len(once[0]) == 40


def test_events_of_one_millisecond_are_all_there(series: InfluxdbSeries) -> None:
    # Ids of which no two share a digest: of any two, one in a million does.
    series.write([make_fact(second=0, eventId=f"burst-{number}") for number in range(200)])
    assert [minute.events for minute in series.read_minutes("python-1", FIRST, FIRST + HOUR)] == [200]


@pytest.mark.parametrize("name", AWKWARD)
def test_any_name_comes_back_as_it_went(influxd: Influxd, series: InfluxdbSeries, bucket: str, name: str) -> None:
    event = {"userId": name, "notebookPath": name, "cellId": name, "eventType": name[:64]}
    series.write([make_fact(name, second=0, **event), make_fact("another", second=0, userId="ada")])
    assert series.read_minutes(name, FIRST, FIRST + HOUR) == [
        Minute(start=FIRST, events=1, runs=0, errors=0, students=1)
    ]
    (point,) = (point for point in points(influxd, bucket) if point["class"] != "another")
    back = {column: unquote(point[column]) for column in ("class", "user_id", "notebook", "cell_id", "event_type")}
    assert back == {"class": name, "user_id": name, "notebook": name, "cell_id": name, "event_type": name[:64]}


def test_names_that_only_differ_in_awkward_characters_stay_apart(
    influxd: Influxd, series: InfluxdbSeries, bucket: str
) -> None:
    names = ["".join(characters) for characters in product("a\\,= \"'%\n", repeat=3)]
    series.write([make_fact(name, second=0, userId=name) for name in names])
    found = points(influxd, bucket)
    assert sorted(unquote(point["class"]) for point in found) == sorted(names)
    assert all(point["class"] == point["user_id"] for point in found)
    for name in names[::7]:
        assert [minute.events for minute in series.read_minutes(name, FIRST, FIRST + HOUR)] == [1], name


@pytest.mark.parametrize("name", [name for name in AWKWARD if "'" in name])
def test_a_class_id_cannot_become_a_query(influxd: Influxd, series: InfluxdbSeries, bucket: str, name: str) -> None:
    series.write([make_fact("secret", second=0)])
    assert series.read_minutes(name, FIRST, FIRST + HOUR) == []
    assert len(points(influxd, bucket)) == 1


def batches(*seconds: int, **overrides: Any) -> list[Any]:
    return [inbound(make_batch(make_event(second=second, **overrides)).to_json()) for second in seconds]


def test_a_refused_point_is_buried_alone_with_the_servers_reason(
    influxd: Influxd, series: InfluxdbSeries, bucket: str
) -> None:
    # An older program, say, wrote the duration of this week as text.
    older = f'student_progress,class=older duration_ms="long" {int(FIRST.timestamp())}000000000'
    assert influxd.request("POST", f"/write?db={bucket}", older.encode())[0] == 204
    dead_letters = MemoryQueue()
    bad = make_event(second=5, eventId="bad", executionDurationMs=3.5)
    messages = [*batches(*range(5)), inbound(make_batch(bad).to_json()), *batches(*range(6, 10))]
    PersistSeries(series, dead_letters, lambda: NOW)(messages)
    (letter,) = dead_letters.messages
    assert [event.event_id for event in Batch.model_validate_json(letter.body).events] == ["bad"]
    assert "field type conflict" in letter.attributes["reason"]
    assert "duration_ms" in letter.attributes["reason"]
    assert [minute.events for minute in series.read_minutes("python-1", FIRST, FIRST + HOUR)] == [9]
    # With what stood in its way gone, the letter can be sent again as it is.
    influxd.query("DROP MEASUREMENT student_progress", bucket)
    PersistSeries(series, dead_letters, lambda: NOW)([inbound(letter.body)])
    assert [minute.events for minute in series.read_minutes("python-1", FIRST, FIRST + HOUR)] == [1]
    assert len(dead_letters.messages) == 1


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (400, b'{"code": "invalid", "message": "unable to parse"}', "unable to parse"),
        (422, b'{"code": "unprocessable entity", "message": "outside the retention period"}', "outside the retention"),
        (413, b"<h1>Too large</h1>", "Too large"),
        (400, b"", "HTTP 400"),
    ],
)
def test_what_a_refusal_says_is_kept(
    influxd: Influxd, series: InfluxdbSeries, status: int, body: bytes, reason: str
) -> None:
    influxd.answer_next(status, {"Content-Type": "application/json"}, body)
    with pytest.raises(PermanentError, match=reason):
        series.write([make_fact()])


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 502, 503, 504])
def test_what_may_be_different_the_next_time_can_be_tried_again(
    influxd: Influxd, series: InfluxdbSeries, time: Time, status: int
) -> None:
    influxd.answer_next(status, body=b'{"message": "the server says why"}')
    with pytest.raises(StoreUnavailable, match="the server says why"):
        series.write([make_fact(second=0)])
    series.write([make_fact(second=0)])
    assert time.slept == []
    assert len(series.read_minutes("python-1", FIRST, FIRST + HOUR)) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_short_retry_after_is_waited_for(influxd: Influxd, series: InfluxdbSeries, time: Time, status: int) -> None:
    influxd.answer_next(status, {"Retry-After": "2"})
    influxd.answer_next(status, {"Retry-After": "3"})
    series.write([make_fact(second=0)])
    assert time.slept == [2, 3]
    assert len(influxd.received) == 3
    assert len(series.read_minutes("python-1", FIRST, FIRST + HOUR)) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_until_a_long_retry_after_is_over_the_server_is_left_alone(
    influxd: Influxd, series: InfluxdbSeries, time: Time, status: int
) -> None:
    influxd.answer_next(status, {"Retry-After": "60"})
    for _ in range(3):
        with pytest.raises(StoreUnavailable, match="60 s"):
            series.write([make_fact(second=0)])
    assert len(influxd.received) == 1
    time.now += 60 - PATIENCE_SECONDS
    series.write([make_fact(second=0)])
    assert time.slept == [PATIENCE_SECONDS]
    assert len(series.read_minutes("python-1", FIRST, FIRST + HOUR)) == 1


def test_a_server_that_always_asks_for_patience_gets_no_more_than_there_is(
    influxd: Influxd, series: InfluxdbSeries, time: Time
) -> None:
    for _ in range(20):
        influxd.answer_next(429, {"Retry-After": "1"})
    with pytest.raises(StoreUnavailable):
        series.write([make_fact()])
    assert sum(time.slept) == PATIENCE_SECONDS


def test_retry_after_may_be_a_date(influxd: Influxd, series: InfluxdbSeries, time: Time) -> None:
    influxd.answer_next(503, {"Retry-After": format_datetime(datetime(2020, 1, 1, tzinfo=NOW.tzinfo), usegmt=True)})
    with pytest.raises(StoreUnavailable, match="HTTP 503"):
        series.write([make_fact()])
    influxd.answer_next(503, {"Retry-After": format_datetime(datetime(2199, 1, 1, tzinfo=NOW.tzinfo), usegmt=True)})
    with pytest.raises(StoreUnavailable, match=r"asks to wait \d+ s"):
        series.write([make_fact()])
    assert time.slept == []


def test_a_server_that_was_killed_has_what_it_took_and_is_found_again(influxd: Influxd, series: InfluxdbSeries) -> None:
    series.write([make_fact(second=0)])
    influxd.kill()
    with pytest.raises(StoreUnavailable):
        series.write([make_fact(second=1)])
    with pytest.raises(StoreUnavailable):
        series.read_minutes("python-1", FIRST, FIRST + HOUR)
    influxd.start()
    series.write([make_fact(second=1)])
    assert [minute.events for minute in series.read_minutes("python-1", FIRST, FIRST + HOUR)] == [2]


def test_a_bucket_that_is_not_there_is_not_the_points_fault(influxd: Influxd) -> None:
    nowhere = InfluxdbSeries(InfluxdbSettings(influxd.url, TOKEN, "", "nowhere"))
    with pytest.raises(StoreUnavailable, match="database not found"):
        nowhere.write([make_fact()])
    with pytest.raises(StoreUnavailable, match="database not found"):
        nowhere.read_minutes("python-1", FIRST, FIRST + HOUR)


def test_what_is_no_influxdb_is_told_from_one(victoria_metrics: VictoriaMetrics) -> None:
    other = InfluxdbSeries(InfluxdbSettings(victoria_metrics.url + "/health?", TOKEN, "", "classpulse"))
    with pytest.raises(StoreUnavailable, match="no InfluxDB"):
        other.read_minutes("python-1", FIRST, FIRST + HOUR)


@pytest.mark.parametrize("name", AWKWARD)
def test_the_clients_own_writes_reach_a_server_that_takes_them(victoria_metrics: VictoriaMetrics, name: str) -> None:
    class_id = f"{uuid.uuid4().hex} {name}"[:128]
    series = InfluxdbSeries(InfluxdbSettings(victoria_metrics.url, TOKEN, "org", "classpulse"))
    facts = [
        make_fact(class_id, second=second, userId=name, notebookPath=name, cellId=name, hasError=second == 2)
        for second in range(3)
    ]
    series.write(facts)
    series.write(facts)
    found = victoria_metrics.export(f'{{class=~"{class_id[:32]}.*"}}')
    by_field = {entry["metric"].pop("__name__").removeprefix("student_progress_"): entry for entry in found}
    for field, values in {"run": [1, 1, 1], "error": [0, 0, 1]}.items():
        assert by_field[field]["values"] == values
        assert by_field[field]["timestamps"] == [int(fact.event.event_time.timestamp() * 1000) for fact in facts]
        metric = {label: unquote(value) for label, value in by_field[field]["metric"].items()}
        assert metric.pop("db", "classpulse") == "classpulse"
        assert metric == {"class": class_id, "event_type": "cell_executed", "notebook": name}


def test_an_erased_student_s_points_stay_as_numbers_of_nobody(series: InfluxdbSeries) -> None:
    facts = [make_fact(second=second, userId="ada", hasError=second == 3) for second in range(5)]
    series.write([*facts, make_fact(second=9, userId="bob")])
    series.anonymise(facts)
    found = [
        series.read_minutes("python-1", FIRST, FIRST + HOUR, SeriesFilter(user_ids=(user,))) for user in ("ada", "bob")
    ]
    assert [len(minutes) for minutes in found] == [0, 1]
    [whole] = series.read_minutes("python-1", FIRST, FIRST + HOUR)
    assert (whole.events, whole.runs, whole.errors, whole.students) == (6, 6, 1, 2)
