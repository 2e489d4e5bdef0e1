"""The TryMarks port, in memory and on Redis."""

import pytest
import redis
from classpulse.core.errors import StoreUnavailable
from classpulse.core.redis import make_redis
from classpulse.queues.ports import TryMarks
from classpulse.queues.redis_marks import MARK_SECONDS, RedisTryMarks

from tests.fakes.queues import MemoryTryMarks

pytestmark = pytest.mark.on_both_installations


@pytest.fixture
def client(redis_url: str) -> redis.Redis:
    return make_redis(redis_url)


@pytest.fixture(params=["memory", "redis"])
def marks(request: pytest.FixtureRequest) -> TryMarks:
    return MemoryTryMarks() if request.param == "memory" else RedisTryMarks(request.getfixturevalue("client"), "jobs")


def test_a_try_that_finishes_leaves_no_mark(marks: TryMarks) -> None:
    assert marks.begin(["a", "b"], 0) == {}
    marks.finish(["a", "b"])
    assert marks.begin(["a", "b"], 0) == {}
    marks.finish([])


def test_messages_whose_try_did_not_finish_are_returned(marks: TryMarks) -> None:
    marks.begin(["a", "b"], 0)
    marks.finish(["b"])
    assert marks.begin(["a", "b", "c"], 0) == {"a": 0}
    assert marks.begin(["c"], 0) == {"c": 0}


def test_individual_tries_are_counted(marks: TryMarks) -> None:
    marks.begin(["a"], 0)
    for tries in (1, 2, 3):
        marks.begin_one("a", tries, 0)
        assert marks.begin(["a"], 0) == {"a": tries}
    marks.finish(["a"])
    assert marks.begin(["a"], 0) == {}


def test_a_try_whose_time_is_not_over_is_not_counted(marks: TryMarks) -> None:
    marks.begin(["a"], 600)
    assert marks.begin(["a"], 600) == {"a": 0}
    marks.begin_one("a", 2, 600)
    assert marks.begin(["a"], 600) == {"a": 1}


def test_marks_expire_and_queues_do_not_share_them(client: redis.Redis) -> None:
    marks, others = RedisTryMarks(client, "jobs"), RedisTryMarks(client, "letters")
    marks.begin(["1-0"], 10)
    assert others.begin(["1-0"], 10) == {}
    marks.begin_one("2-0", 1, 10)
    keys = client.keys("tried:*")
    assert len(keys) == 3
    assert all(MARK_SECONDS - 60 < client.ttl(key) <= MARK_SECONDS for key in keys)


def test_marks_without_redis_are_unavailable(unused_port: int) -> None:
    marks = RedisTryMarks(make_redis(f"redis://127.0.0.1:{unused_port}/0", seconds=1), "jobs")
    with pytest.raises(StoreUnavailable):
        marks.begin(["a"], 10)
    with pytest.raises(StoreUnavailable):
        marks.begin_one("a", 1, 10)
    with pytest.raises(StoreUnavailable):
        marks.finish(["a"])
