"""Servers that accept InfluxDB's writes (tests/influxdb_servers.py), and the adapter on a separate bucket."""

import uuid
from collections.abc import Iterator

import pytest
from classpulse.core.config import InfluxdbSettings
from classpulse.series.influxdb import InfluxdbSeries

from tests.contract.series.influxdb import TOKEN, Time
from tests.influxdb_servers import Influxd, VictoriaMetrics, serving


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
    """A separate bucket for the test; the proxy's recorded requests are cleared."""
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
