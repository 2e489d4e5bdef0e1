"""Class keys: their format, and the check whether a key is valid."""

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
    """Return the stored key and its class's policy. Raises NotAdmitted, StoreUnavailable."""
    admission = policy_cache.look_up(digest(key), [])
    stored = admission.key
    if stored is None or (stored.expires_at is not None and stored.expires_at <= clock().timestamp()):
        raise NotAdmitted(403, KEY_INVALID)
    policy = admission.policies.get(stored.class_id)
    if policy is None:
        raise NotAdmitted(403, KEY_INVALID)
    return stored, policy
