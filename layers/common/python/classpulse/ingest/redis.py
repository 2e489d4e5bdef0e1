"""The PolicyCache port on Redis: ingest reads policies and keys here, even while PostgreSQL is unavailable."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from redis import Redis
from redis.client import Pipeline

from classpulse.core.errors import StoreUnavailable
from classpulse.core.redis import translated_errors
from classpulse.ingest.ports import Admission, IngestKey
from classpulse.ingest.privacy import ClassPolicy

PUBLISHED = "policies:published"
# Class id -> {"policy": …, "digests": [its keys]}.
POLICIES = "policies:policies"
# Digest -> IngestKey.
KEYS = "policies:keys"


class RedisPolicyCache:
    """Two Redis hashes, changed together in one transaction."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def look_up(self, key_digest: str | None, class_ids: Sequence[str]) -> Admission:
        """See PolicyCache.look_up."""
        with translated_errors(), self._redis.pipeline(transaction=False) as pipeline:
            pipeline.exists(PUBLISHED)
            if class_ids:
                pipeline.hmget(POLICIES, list(class_ids))
            if key_digest:
                pipeline.hget(KEYS, key_digest)
            replies = pipeline.execute()
            if not replies[0]:
                raise StoreUnavailable("policies and keys have not been published yet")
            texts = dict(zip(class_ids, replies[1], strict=True)) if class_ids else {}
            key = IngestKey(**json.loads(replies[-1])) if key_digest and replies[-1] else None
            if key and key.class_id not in texts:
                texts[key.class_id] = self._redis.hget(POLICIES, key.class_id)
        return Admission(key, {class_id: _policy(text) for class_id, text in texts.items() if text})

    def publish(self, policies: Sequence[ClassPolicy], keys: Mapping[str, IngestKey]) -> None:
        """See PolicyCache.publish."""
        with translated_errors(), self._redis.pipeline() as pipeline:
            pipeline.delete(POLICIES, KEYS)
            for policy in policies:
                of_class = {digest: key for digest, key in keys.items() if key.class_id == policy.class_id}
                _put(pipeline, policy, of_class)
            pipeline.set(PUBLISHED, 1)
            pipeline.execute()

    def publish_class(self, policy: ClassPolicy, keys: Mapping[str, IngestKey]) -> None:
        """See PolicyCache.publish_class."""

        def swap(pipeline: Pipeline) -> None:
            before = pipeline.hget(POLICIES, policy.class_id)
            pipeline.multi()
            if before and (digests := json.loads(before)["digests"]):
                pipeline.hdel(KEYS, *digests)
            _put(pipeline, policy, keys)

        with translated_errors():
            self._redis.transaction(swap, POLICIES)


def _put(pipeline: Pipeline, policy: ClassPolicy, keys: Mapping[str, IngestKey]) -> None:
    entry = {"policy": policy.model_dump(mode="json"), "digests": list(keys)}
    pipeline.hset(POLICIES, policy.class_id, json.dumps(entry))
    if keys:
        pipeline.hset(KEYS, mapping={digest: json.dumps(vars(key)) for digest, key in keys.items()})


def _policy(text: Any) -> ClassPolicy:
    return ClassPolicy.model_validate(json.loads(text)["policy"])
