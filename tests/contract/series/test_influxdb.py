"""The SeriesStore port on InfluxDB: the contract, refusals of the server, and retries."""

import inspect
from datetime import datetime
from email.utils import format_datetime
from typing import Any

import pytest
from classpulse.core.config import InfluxdbSettings
from classpulse.core.errors import PermanentError, StoreUnavailable
from classpulse.ingest.batches import Batch
from classpulse.queues.ports import InboundMessage
from classpulse.series.influxdb import PATIENCE_SECONDS, InfluxdbSeries
from classpulse.series.service import PersistSeries

from tests.builders import NOW, inbound, make_batch, make_event, make_fact
from tests.contract.series import test_series_store
from tests.contract.series.influxdb import FIRST, HOUR, TOKEN, Time
from tests.contract.series.test_series_store import (  # noqa: F401 - the contract itself, with `stores` as it is below
    test_a_reachable_store_answers_a_ping,
    test_minutes_count_events_runs_errors_and_students,
    test_minutes_of_a_notebook_a_cell_or_a_student,
)
from tests.fakes.progress import MemoryStore
from tests.fakes.queues import MemoryQueue
from tests.influxdb_servers import Influxd, VictoriaMetrics


@pytest.fixture
def stores(series: InfluxdbSeries) -> tuple[MemoryStore, InfluxdbSeries]:
    return MemoryStore(lambda: NOW), series


def test_the_contract_runs_here_in_full() -> None:
    contract = {
        name
        for name, test in inspect.getmembers(test_series_store, inspect.isfunction)
        if name.startswith("test_") and "stores" in inspect.signature(test).parameters
    }
    assert contract <= globals().keys()


def batches(*seconds: int, **overrides: Any) -> list[InboundMessage]:
    return [inbound(make_batch(make_event(second=second, **overrides)).to_json()) for second in seconds]


def test_only_the_refused_point_becomes_a_dead_letter_with_the_servers_reason(
    influxd: Influxd, series: InfluxdbSeries, bucket: str
) -> None:
    # For example, an older program wrote this week's duration as text.
    older = f'student_progress,class=older duration_ms="long" {int(FIRST.timestamp())}000000000'
    assert influxd.request("POST", f"/write?db={bucket}", older.encode())[0] == 204
    dead_letters = MemoryQueue()
    bad = make_event(second=5, eventId="bad", executionDurationMs=3.5)
    messages = [*batches(*range(5)), inbound(make_batch(bad).to_json()), *batches(*range(6, 10))]
    PersistSeries(series, dead_letters, lambda: NOW, not_erased=list)(messages)
    (letter,) = dead_letters.messages
    assert [event.event_id for event in Batch.model_validate_json(letter.body).events] == ["bad"]
    assert "field type conflict" in letter.attributes["reason"]
    assert "duration_ms" in letter.attributes["reason"]
    assert [minute.events for minute in series.read_minutes("python-1", FIRST, FIRST + HOUR)] == [9]
    # After the cause is removed, the dead letter can be redriven unchanged.
    influxd.query("DROP MEASUREMENT student_progress", bucket)
    PersistSeries(series, dead_letters, lambda: NOW, not_erased=list)([inbound(letter.body)])
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
def test_the_error_carries_the_reason_of_the_refusal(
    influxd: Influxd, series: InfluxdbSeries, status: int, body: bytes, reason: str
) -> None:
    influxd.answer_next(status, {"Content-Type": "application/json"}, body)
    with pytest.raises(PermanentError, match=reason):
        series.write([make_fact()])


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 502, 503, 504])
def test_a_temporary_failure_is_transient(influxd: Influxd, series: InfluxdbSeries, time: Time, status: int) -> None:
    influxd.answer_next(status, body=b'{"message": "the server says why"}')
    with pytest.raises(StoreUnavailable, match="the server says why"):
        series.write([make_fact(second=0)])
    series.write([make_fact(second=0)])
    assert time.slept == []
    assert len(series.read_minutes("python-1", FIRST, FIRST + HOUR)) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_the_writer_waits_for_a_short_retry_after(
    influxd: Influxd, series: InfluxdbSeries, time: Time, status: int
) -> None:
    influxd.answer_next(status, {"Retry-After": "2"})
    influxd.answer_next(status, {"Retry-After": "3"})
    series.write([make_fact(second=0)])
    assert time.slept == [2, 3]
    assert len(influxd.received) == 3
    assert len(series.read_minutes("python-1", FIRST, FIRST + HOUR)) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_no_request_is_sent_before_a_long_retry_after_has_passed(
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


def test_the_total_wait_for_retry_after_is_limited(influxd: Influxd, series: InfluxdbSeries, time: Time) -> None:
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


def test_a_killed_server_keeps_its_points_and_the_adapter_reconnects(influxd: Influxd, series: InfluxdbSeries) -> None:
    series.write([make_fact(second=0)])
    influxd.kill()
    with pytest.raises(StoreUnavailable):
        series.write([make_fact(second=1)])
    with pytest.raises(StoreUnavailable):
        series.read_minutes("python-1", FIRST, FIRST + HOUR)
    influxd.start()
    series.write([make_fact(second=1)])
    assert [minute.events for minute in series.read_minutes("python-1", FIRST, FIRST + HOUR)] == [2]


def test_a_missing_bucket_is_transient(influxd: Influxd) -> None:
    nowhere = InfluxdbSeries(InfluxdbSettings(influxd.url, TOKEN, "", "nowhere"))
    with pytest.raises(StoreUnavailable, match="database not found"):
        nowhere.write([make_fact()])
    with pytest.raises(StoreUnavailable, match="database not found"):
        nowhere.read_minutes("python-1", FIRST, FIRST + HOUR)


def test_a_server_that_is_not_influxdb_is_detected(victoria_metrics: VictoriaMetrics) -> None:
    other = InfluxdbSeries(InfluxdbSettings(victoria_metrics.url + "/health?", TOKEN, "", "classpulse"))
    with pytest.raises(StoreUnavailable, match="not InfluxDB"):
        other.read_minutes("python-1", FIRST, FIRST + HOUR)
