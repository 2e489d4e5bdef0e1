"""The ErasureList port on Redis, for erasures and withdrawals of consent."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from redis import Redis
from redis.client import Pipeline

from classpulse.core.errors import StoreUnavailable
from classpulse.core.privacy_level import PrivacyLevel
from classpulse.core.redis import translated_errors
from classpulse.ingest.erasures import Remembered, Tombstone

PUBLISHED = "erasures:published"
# Digest -> instant of the last erasure, in microseconds since 1970: exact in Redis's floating-point scores.
STUDENTS = "erasures:students"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# Digest -> the level to which the student has withdrawn.
LEVELS = "erasures:levels"
# Tombstones that one command carries.
AT_ONCE = 1000


class RedisErasures:
    """A sorted set that only grows. Without the key PUBLISHED, Redis may have lost it, and every lookup fails."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def look_up(self, digests: Collection[str]) -> Remembered:
        """See ErasureList.look_up."""
        wanted = list(digests)
        with translated_errors(), self._redis.pipeline(transaction=False) as pipeline:
            pipeline.exists(PUBLISHED)
            pipeline.zmscore(STUDENTS, wanted)
            pipeline.hmget(LEVELS, wanted)
            published, scores, levels = pipeline.execute()
        if not published:
            raise StoreUnavailable("erasures have not been published yet")
        erased, lowered = (zip(wanted, found, strict=True) for found in (scores, levels))
        return Remembered(
            {digest: EPOCH + int(score) * MICROSECOND for digest, score in erased if score is not None},
            {digest: PrivacyLevel(level) for digest, level in lowered if level is not None},
        )

    def add(self, tombstones: Sequence[Tombstone], levels: Mapping[str, PrivacyLevel] | None = None) -> None:
        """See ErasureList.add."""
        with translated_errors(), self._redis.pipeline() as pipeline:
            _add(pipeline, tombstones, levels)
            pipeline.execute()

    def publish(self, tombstones: Sequence[Tombstone], levels: Mapping[str, PrivacyLevel] | None = None) -> None:
        """See ErasureList.publish."""
        with translated_errors(), self._redis.pipeline() as pipeline:
            _add(pipeline, tombstones, levels)
            pipeline.set(PUBLISHED, 1)
            pipeline.execute()


def _add(pipeline: Pipeline, tombstones: Sequence[Tombstone], levels: Mapping[str, PrivacyLevel] | None) -> None:
    if levels:
        pipeline.hset(LEVELS, mapping={digest: level.value for digest, level in levels.items()})
    # The latest of a student's tombstones comes last, and replaces the others of its command.
    ordered = sorted(tombstones, key=lambda one: one.erased_at)
    for first in range(0, len(ordered), AT_ONCE):
        part = ordered[first : first + AT_ONCE]
        # GT: an older tombstone never replaces a newer one.
        pipeline.zadd(STUDENTS, {one.digest: (one.erased_at - EPOCH) // MICROSECOND for one in part}, gt=True)
