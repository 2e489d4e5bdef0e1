"""Points in InfluxDB: the point of an event, the round trip of names, and anonymisation."""

import gzip
import uuid
from datetime import datetime
from itertools import product
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from classpulse.core.config import InfluxdbSettings
from classpulse.series.influxdb import InfluxdbSeries
from classpulse.series.model import Minute, SeriesFilter

from tests.builders import Fields, make_fact
from tests.contract.series.influxdb import AWKWARD, FIRST, HOUR, TOKEN, points
from tests.influxdb_servers import Influxd, VictoriaMetrics


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


def test_a_point_has_the_fields_and_time_of_its_event(influxd: Influxd, series: InfluxdbSeries, bucket: str) -> None:
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
def test_a_duration_is_stored_exactly(influxd: Influxd, series: InfluxdbSeries, bucket: str, duration: float) -> None:
    series.write([make_fact(executionDurationMs=float(duration))])
    assert [point["duration_ms"] for point in points(influxd, bucket)] == [duration]


def test_an_event_without_notebook_and_cell_is_a_point_too(series: InfluxdbSeries) -> None:
    series.write([make_fact(second=0, eventType="help", notebookPath=None, cellId=None, cellIndex=None)])
    assert [minute.events for minute in series.read_minutes("python-1", FIRST, FIRST + HOUR)] == [1]


def test_students_and_cells_do_not_multiply_the_series(influxd: Influxd, series: InfluxdbSeries, bucket: str) -> None:
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


def test_events_of_the_same_millisecond_are_all_stored(series: InfluxdbSeries) -> None:
    # Ids with distinct digests: two random ids share one with a probability of one in a million.
    series.write([make_fact(second=0, eventId=f"burst-{number}") for number in range(200)])
    assert [minute.events for minute in series.read_minutes("python-1", FIRST, FIRST + HOUR)] == [200]


@pytest.mark.parametrize("name", AWKWARD)
def test_any_name_is_read_back_unchanged(influxd: Influxd, series: InfluxdbSeries, bucket: str, name: str) -> None:
    event: Fields = {"userId": name, "notebookPath": name, "cellId": name, "eventType": name[:64]}
    series.write([make_fact(name, second=0, **event), make_fact("another", second=0, userId="ada")])
    assert series.read_minutes(name, FIRST, FIRST + HOUR) == [
        Minute(start=FIRST, events=1, runs=0, errors=0, students=1)
    ]
    (point,) = (point for point in points(influxd, bucket) if point["class"] != "another")
    back = {column: unquote(point[column]) for column in ("class", "user_id", "notebook", "cell_id", "event_type")}
    assert back == {"class": name, "user_id": name, "notebook": name, "cell_id": name, "event_type": name[:64]}


def test_names_that_differ_only_in_special_characters_stay_distinct(
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


@pytest.mark.parametrize("name", AWKWARD)
def test_writes_without_the_proxy_reach_a_server_with_the_v2_api(victoria_metrics: VictoriaMetrics, name: str) -> None:
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


def test_the_points_of_an_erased_student_are_anonymised(series: InfluxdbSeries) -> None:
    facts = [make_fact(second=second, userId="ada", hasError=second == 3) for second in range(5)]
    series.write([*facts, make_fact(second=9, userId="bob")])
    series.anonymise(facts)
    found = [
        series.read_minutes("python-1", FIRST, FIRST + HOUR, SeriesFilter(user_ids=(user,))) for user in ("ada", "bob")
    ]
    assert [len(minutes) for minutes in found] == [0, 1]
    [whole] = series.read_minutes("python-1", FIRST, FIRST + HOUR)
    assert (whole.events, whole.runs, whole.errors, whole.students) == (6, 6, 1, 2)


def test_two_students_events_of_one_id_are_two_points(series: InfluxdbSeries) -> None:
    series.write([make_fact(second=0, eventId="a", userId=user_id) for user_id in ("ada", "bob")])
    assert [minute.events for minute in series.read_minutes("python-1", FIRST, FIRST + HOUR)] == [2]
