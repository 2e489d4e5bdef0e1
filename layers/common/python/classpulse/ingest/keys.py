"""A class's key: what it looks like, and the one check of whether it still opens its class."""

import secrets

from classpulse.core.digests import digest
from classpulse.core.errors import NotAdmitted
from classpulse.core.ports import Clock
from classpulse.core.problems import ErrorCode, Problem
from classpulse.ingest.ports import IngestKey, PolicyCache
from classpulse.ingest.privacy import ClassPolicy

PREFIX = "cpk_"
KEY_INVALID = Problem(ErrorCode.KEY_INVALID, "the key is unknown, expired or revoked: ask the instructor for a new one")


def new_key() -> str:
    """Return a new key."""
    return PREFIX + secrets.token_urlsafe(32)


def check_key(policy_cache: PolicyCache, key: str, clock: Clock) -> tuple[IngestKey, ClassPolicy]:
    """Return what is stored of a key, and its class's policy. Raises NotAdmitted, StoreUnavailable."""
    found = policy_cache.look_up(digest(key), [])
    if found.key is None or (found.key.expires_at is not None and found.key.expires_at <= clock().timestamp()):
        raise NotAdmitted(403, KEY_INVALID)
    policy = found.policies.get(found.key.class_id)
    if policy is None:
        raise NotAdmitted(403, KEY_INVALID)
    return found.key, policy
