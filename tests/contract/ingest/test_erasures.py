"""The ErasureList port, in memory and on Redis."""

from datetime import timedelta

import pytest
import redis
from classpulse.core.errors import StoreUnavailable
from classpulse.core.privacy_level import PrivacyLevel
from classpulse.core.redis import make_redis
from classpulse.ingest.erasures import ErasureList, Tombstone
from classpulse.ingest.redis_erasures import RedisErasures

from tests.builders import NOW
from tests.fakes.erasures import MemoryErasures

pytestmark = pytest.mark.on_both_installations

# Not a whole number of milliseconds.
LATER = NOW + timedelta(microseconds=1)


@pytest.fixture
def client(redis_url: str) -> redis.Redis:
    return make_redis(redis_url)


@pytest.fixture(params=["memory", "redis"])
def erasures(request: pytest.FixtureRequest) -> ErasureList:
    if request.param == "redis":
        return RedisErasures(request.getfixturevalue("client"))
    memory = MemoryErasures()
    memory.published = False
    return memory


def test_a_lookup_fails_until_the_erasures_are_published(erasures: ErasureList) -> None:
    erasures.add([Tombstone("ada", NOW)])
    with pytest.raises(StoreUnavailable, match="published"):
        erasures.look_up({"ada"})
    erasures.publish([])
    assert erasures.look_up({"ada", "bob"}).erased_at == {"ada": NOW}


def test_of_two_erasures_of_a_student_the_later_counts_in_any_order(erasures: ErasureList) -> None:
    erasures.publish([Tombstone("ada", LATER), Tombstone("ada", NOW)])
    assert erasures.look_up({"ada"}).erased_at == {"ada": LATER}
    # The journal was read before the erasure, and is published after it.
    erasures.add([Tombstone("bob", LATER)])
    erasures.publish([Tombstone("ada", NOW), Tombstone("bob", NOW)])
    assert erasures.look_up({"ada", "bob"}).erased_at == {"ada": LATER, "bob": LATER}


def test_thousands_of_erasures_are_published(erasures: ErasureList) -> None:
    erasures.publish([Tombstone(f"student-{number}", NOW) for number in range(2500)])
    found = erasures.look_up({"student-0", "student-2499", "student-2500"})
    assert found.erased_at.keys() == {"student-0", "student-2499"}


def test_the_level_to_which_a_student_has_withdrawn_is_looked_up_with_the_erasures(erasures: ErasureList) -> None:
    erasures.publish([], {"ada": PrivacyLevel.HASH})
    erasures.add([], {"bob": PrivacyLevel.PRESENCE})
    erasures.publish([Tombstone("eve", NOW)])
    found = erasures.look_up({"ada", "bob", "eve"})
    assert (found.levels, found.erased_at) == (
        {"ada": PrivacyLevel.HASH, "bob": PrivacyLevel.PRESENCE},
        {"eve": NOW},
    )


def test_a_redis_that_lost_its_data_lets_nothing_through(client: redis.Redis) -> None:
    erasures = RedisErasures(client)
    erasures.publish([Tombstone("ada", NOW)])
    client.flushdb()
    with pytest.raises(StoreUnavailable):
        erasures.look_up({"ada"})
