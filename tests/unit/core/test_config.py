import pytest
from classpulse.core.config import (
    InfluxdbSettings,
    IngestSettings,
    InstructorSettings,
    LogSettings,
    PostgresSettings,
    QueueSettings,
    RedisSettings,
    StandingTicketSettings,
    WebSocketSettings,
)
from classpulse.core.errors import ConfigError

SECRET = "0123456789abcdefghij"


@pytest.mark.parametrize("value", [None, "", "short"])
def test_a_missing_or_weak_secret_is_refused_by_name(value: str | None) -> None:
    env = {} if value is None else {"INSTRUCTOR_TOKEN": value}
    with pytest.raises(ConfigError, match="INSTRUCTOR_TOKEN"):
        InstructorSettings.read(env)


def test_the_standing_ticket_exists_only_if_it_is_set_and_strong() -> None:
    assert StandingTicketSettings.read({"STANDING_TICKET": ""}) is None
    assert StandingTicketSettings.read({"STANDING_TICKET": SECRET}) == StandingTicketSettings(SECRET)
    with pytest.raises(ConfigError, match="STANDING_TICKET"):
        StandingTicketSettings.read({"STANDING_TICKET": "short"})


def test_ingest_settings_are_read_from_the_environment() -> None:
    env = {"INGEST_KEY": SECRET, "OPEN_INGEST": "true", "MAX_EVENTS_PER_STUDENT_PER_MINUTE": "5"}
    env |= {"MAX_EVENTS_PER_KEY_PER_MINUTE": "7", "MAX_EVENTS_PER_PATH_KEY_PER_MINUTE": "3"}
    assert IngestSettings.read(env) == IngestSettings(SECRET, True, 5, 7, 3)
    assert IngestSettings.read({"INGEST_KEY": SECRET}) == IngestSettings(SECRET, False, 0, 0, 0)
    with pytest.raises(ConfigError, match="OPEN_INGEST"):
        IngestSettings.read(env | {"OPEN_INGEST": "yes"})
    with pytest.raises(ConfigError, match="MAX_EVENTS_PER_STUDENT_PER_MINUTE"):
        IngestSettings.read(env | {"MAX_EVENTS_PER_STUDENT_PER_MINUTE": "-1"})


def test_a_url_of_another_kind_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match="DATABASE_URL must start with"):
        PostgresSettings.read({"DATABASE_URL": "mysql://host/db"})
    with pytest.raises(ConfigError, match="EVENTS_QUEUE_URL"):
        QueueSettings.read("EVENTS_QUEUE_URL", {"EVENTS_QUEUE_URL": "ftp://host"})


def test_an_authority_is_for_servers_that_are_verified() -> None:
    ca = {"CA_CERTIFICATE": "-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n"}
    verified = "postgresql://host/db?sslmode=verify-full"
    assert PostgresSettings.read(ca | {"DATABASE_URL": verified}).ca == ca["CA_CERTIFICATE"].strip()
    assert RedisSettings.read(ca | {"REDIS_URL": "rediss://host/0"}).ca == ca["CA_CERTIFICATE"].strip()
    for query in ("", "?sslmode=require", "?sslmode=prefer"):
        with pytest.raises(ConfigError, match="add \\?sslmode=verify-full"):
            PostgresSettings.read(ca | {"DATABASE_URL": f"postgresql://host/db{query}"})
    with pytest.raises(ConfigError, match="start it with rediss://"):
        RedisSettings.read(ca | {"REDIS_URL": "redis://host/0"})
    with pytest.raises(ConfigError, match="CA_CERTIFICATE is not a certificate"):
        RedisSettings.read({"CA_CERTIFICATE": "/etc/ssl/ca.pem", "REDIS_URL": "rediss://host/0"})
    assert RedisSettings.read({"CA_CERTIFICATE": "", "REDIS_URL": "redis://host/0"}).ca == ""


def test_influxdb_is_optional_but_needs_all_its_settings() -> None:
    assert InfluxdbSettings.read({"INFLUXDB_URL": ""}) is None
    with pytest.raises(ConfigError, match="INFLUXDB_BUCKET"):
        InfluxdbSettings.read({"INFLUXDB_URL": "http://localhost:8086"})


def test_connections_are_managed_at_the_stage_of_the_api() -> None:
    deployed = WebSocketSettings("wss://abc.execute-api.eu-west-1.amazonaws.com", "ws")
    assert deployed.management_url == "https://abc.execute-api.eu-west-1.amazonaws.com/ws"
    assert WebSocketSettings("ws://127.0.0.1:9001", "ws").management_url == "http://127.0.0.1:9001/ws"


def test_an_unknown_log_level_is_refused() -> None:
    with pytest.raises(ConfigError, match="LOG_LEVEL"):
        LogSettings.read({"LOG_LEVEL": "loud"})
