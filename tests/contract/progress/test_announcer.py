"""The Announcer port on Redis."""

import json

import pytest
import redis
from classpulse.core.errors import StoreUnavailable
from classpulse.core.redis import make_redis
from classpulse.progress.redis import CHANNEL, RedisAnnouncer

from tests.builders import make_fact

pytestmark = pytest.mark.on_both_installations


@pytest.fixture
def client(redis_url: str) -> redis.Redis:
    return make_redis(redis_url)


def test_stored_events_are_announced_on_the_channel(client: redis.Redis) -> None:
    with client.pubsub(ignore_subscribe_messages=True) as listener:  # type: ignore[no-untyped-call]  # redis-py
        listener.subscribe(CHANNEL)
        listener.get_message(timeout=1)
        RedisAnnouncer(client).announce([make_fact("python-1", eventId="a", code="print('日本')")])
        message = listener.get_message(timeout=5)
    assert message is not None
    announced = json.loads(message["data"])
    assert (announced["eventId"], announced["classId"], announced["code"]) == ("a", "python-1", "print('日本')")


def test_without_redis_the_announcement_fails_as_transient(unused_port: int) -> None:
    unreachable = make_redis(f"redis://127.0.0.1:{unused_port}/0")
    with pytest.raises(StoreUnavailable):
        RedisAnnouncer(unreachable).announce([make_fact()])
