"""The PolicyCache port on Redis: ingest reads policies and keys here, even while PostgreSQL is unavailable."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from redis import Redis
from redis.client import Pipeline

from classpulse.core.errors import StoreUnavailable
from classpulse.core.redis import translated_errors
from classpulse.ingest.ports import NO_TOKEN_ENDS, Admission, IngestKey
from classpulse.ingest.privacy import ClassPolicy

PUBLISHED = "policies:published"
# Class id -> {"policy": …, "digests": [its keys]}.
POLICIES = "policies:policies"
# Digest -> IngestKey.
KEYS = "policies:keys"
# Id of a student's token -> the Unix time from which it is refused.
ENDS = "policies:token-ends"


class RedisPolicyCache:
    """Redis hashes, changed together in one transaction."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def look_up(self, key_digest: str | None, class_ids: Sequence[str], token_id: str | None = None) -> Admission:
        """See PolicyCache.look_up."""
        with translated_errors(), self._redis.pipeline(transaction=False) as pipeline:
            pipeline.exists(PUBLISHED)
            # A hash has no empty field names, so these read nothing where nothing is wanted.
            pipeline.hget(KEYS, key_digest or "")
            pipeline.hget(ENDS, token_id or "")
            if class_ids:
                pipeline.hmget(POLICIES, list(class_ids))
            published, key_text, ends, *policies = pipeline.execute()
            if not published:
                raise StoreUnavailable("policies and keys have not been published yet")
            texts = dict(zip(class_ids, policies[0], strict=True)) if class_ids else {}
            key = IngestKey(**json.loads(key_text)) if key_text else None
            if key and key.class_id not in texts:
                texts[key.class_id] = self._redis.hget(POLICIES, key.class_id)
        known = {class_id: _policy(text) for class_id, text in texts.items() if text}
        return Admission(key, known, float(ends) if ends else None)

    def publish(
        self,
        policies: Sequence[ClassPolicy],
        keys: Mapping[str, IngestKey],
        token_ends: Mapping[str, float] = NO_TOKEN_ENDS,
    ) -> None:
        """See PolicyCache.publish."""
        with translated_errors(), self._redis.pipeline() as pipeline:
            pipeline.delete(POLICIES, KEYS, ENDS)
            for policy in policies:
                of_class = {digest: key for digest, key in keys.items() if key.class_id == policy.class_id}
                _put(pipeline, policy, of_class)
            _put_ends(pipeline, token_ends)
            pipeline.set(PUBLISHED, 1)
            pipeline.execute()

    def publish_class(
        self, policy: ClassPolicy, keys: Mapping[str, IngestKey], token_ends: Mapping[str, float] = NO_TOKEN_ENDS
    ) -> None:
        """See PolicyCache.publish_class. A token that has ended never becomes valid again, so none is removed."""

        def swap(pipeline: Pipeline) -> None:
            before = pipeline.hget(POLICIES, policy.class_id)
            pipeline.multi()
            if before and (digests := json.loads(before)["digests"]):
                pipeline.hdel(KEYS, *digests)
            _put(pipeline, policy, keys)
            _put_ends(pipeline, token_ends)

        with translated_errors():
            self._redis.transaction(swap, POLICIES)


def _put(pipeline: Pipeline, policy: ClassPolicy, keys: Mapping[str, IngestKey]) -> None:
    entry = {"policy": policy.model_dump(mode="json"), "digests": list(keys)}
    pipeline.hset(POLICIES, policy.class_id, json.dumps(entry))
    if keys:
        pipeline.hset(KEYS, mapping={digest: json.dumps(_fields(key)) for digest, key in keys.items()})


def _fields(key: IngestKey) -> dict[str, Any]:
    # Only path keys say what they are: the release before knows no such field, and runs beside this one for a while.
    return {name: value for name, value in vars(key).items() if name != "in_path" or value}


def _put_ends(pipeline: Pipeline, token_ends: Mapping[str, float]) -> None:
    if token_ends:
        pipeline.hset(ENDS, mapping={token_id: str(ends) for token_id, ends in token_ends.items()})


def _policy(text: Any) -> ClassPolicy:
    return ClassPolicy.model_validate(json.loads(text)["policy"])
