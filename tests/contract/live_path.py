"""ClassPulse in one process, from the POST to the answers of the API, with the adapters and servers of production."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
from classpulse.core.redis import make_redis
from classpulse.ingest.redis import RedisPolicyCache
from classpulse.ingest.redis_erasures import RedisErasures
from classpulse.queues.drain import Drain
from fastapi import FastAPI

from tests.contract.views.client import Client
from tests.servers import Databases

TOKEN = "the-instructor-token-of-the-tests"
# The fields of a student that follow from the events only, in whatever order and whenever they arrived.
FOLDED = (
    *("userId", "userName", "teamName", "events", "runs", "errors", "errorStreak", "lastErrorName", "helpSince"),
    *("helpUntil", "runningSince", "waitingSince", "notebookPath", "cellId", "cellIndex", "firstEvent", "lastEvent"),
)
QUEUES = ("events", "series", "updates")


class Unhurried:
    """Lambda's context object of an invocation that has time."""

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


class LivePath:
    """Sends events and reads what comes of them."""

    def __init__(self, redis_url: str, ingest: FastAPI, drain: Drain, query: FastAPI) -> None:
        self._redis_url = redis_url
        self._ingest, self._drain, self._query = Client(ingest), drain, Client(query)

    def publish(self) -> None:
        """Publish what ingest and consume need to know: other tests may have emptied the server."""
        connection = make_redis(self._redis_url)
        RedisPolicyCache(connection).publish([], {})
        RedisErasures(connection).publish([])
        connection.close()

    def post(self, events: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Send events in one request and store them; return the receipt, of a batch without a valid event too."""
        answer = self._ingest.request(
            "POST", "/api/v1/events", content=json.dumps(events), headers={"content-type": "application/json"}
        )
        assert answer.status_code in (202, 422), answer.text
        self._store()
        receipt: dict[str, Any] = answer.json()
        return receipt

    def _store(self) -> None:
        """Hand the queued messages to the consume function, as an event source mapping does."""
        with redis.Redis.from_url(self._redis_url, decode_responses=True) as client:
            queued = client.xrange("queue:classpulse-events")
            records = [{"messageId": message_id, "body": fields["body"]} for message_id, fields in queued]
            assert self._drain({"Records": records}, Unhurried()) == {"batchItemFailures": []}
            client.delete(*(f"queue:classpulse-{queue}" for queue in QUEUES))
            assert not client.exists("queue:classpulse-events-dead")

    def attend(self, class_id: str, user_id: str, **change: str) -> None:
        """Do what a button of the help queue does."""
        path = f"/api/v1/classes/{class_id}/students/{user_id}/attention"
        answer = self._query.request("POST", path, json=change, headers={"authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200, answer.text

    def get(self, path: str, **query: str) -> Any:
        """Return the answer of the read API."""
        answer = self._query.get(f"/api/v1/{path}", params=query, headers={"authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200, answer.text
        return answer.json()


@contextmanager
def live_path(databases: Databases, redis_url: str, directory: Path) -> Iterator[LivePath]:
    """Build the functions as their handlers do, on a database of their own."""
    name = databases.create(databases.migrated())
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in _environment(databases.url_of(name), redis_url, directory).items():
            patch.setenv(variable, value)
        from classpulse import adapters, bootstrap, bootstrap_http

        engine = adapters.engine()
        # One pool, so that it can be closed.
        patch.setattr(adapters, "engine", lambda: engine)
        with _closing_clients(patch):
            yield LivePath(redis_url, bootstrap_http.ingest_app(), bootstrap.consume(), bootstrap_http.query_app())
        engine.dispose()
    databases.drop(name)


@contextmanager
def _closing_clients(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close the Redis clients that are made in the block: a function keeps its own as long as its process lives."""
    clients: list[redis.Redis] = []
    make = redis.Redis.from_url

    def recorded(url: str, **options: Any) -> redis.Redis:
        clients.append(make(url, **options))
        return clients[-1]

    patch.setattr(redis.Redis, "from_url", recorded)
    yield
    for client in clients:
        client.close()


def _environment(database_url: str, redis_url: str, directory: Path) -> dict[str, str]:
    queues = {}
    for queue in QUEUES:
        queues[f"{queue.upper()}_QUEUE_URL"] = f"{redis_url}#classpulse-{queue}"
        queues[f"{queue.upper()}_DEAD_LETTER_QUEUE_URL"] = f"{redis_url}#classpulse-{queue}-dead"
    return queues | {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "INSTRUCTOR_TOKEN": TOKEN,
        "INGEST_KEY": "the-ingest-key-of-the-tests",
        "SIGNING_KEY": "the-signing-key-of-the-tests",
        "PRIVACY_KEY": "the-privacy-key-of-the-tests",
        "OPEN_INGEST": "true",
        "DEFAULT_CLASS_ID": "default",
        "RAW_DATA_DAYS": "90",
        "CLASS_DAYS": "365",
        "AUDIT_DAYS": "365",
        "ERASURE_JOURNAL_URL": (directory / "erasures.journal").as_uri(),
        "WEBSOCKET_API_ENDPOINT": "ws://127.0.0.1:1",
        "WEBSOCKET_STAGE": "ws",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
