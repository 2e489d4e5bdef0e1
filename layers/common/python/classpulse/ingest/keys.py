"""Class keys and path keys: their format, and the check whether a key is valid."""

import secrets

from classpulse.core.digests import digest
from classpulse.core.errors import NotAdmitted
from classpulse.core.ports import Clock
from classpulse.core.problems import ErrorCode, Problem
from classpulse.ingest.ports import IngestKey, PolicyCache
from classpulse.ingest.privacy import ClassPolicy

PREFIX = "cpk_"
# Of keys in the path of an address, for clients that cannot set a header.
PATH_PREFIX = "cpp_"
KEYED_PATH = "/api/v1/keyed/{pathKey}/events"
KEY_INVALID = Problem(ErrorCode.KEY_INVALID, "the key is unknown, expired or revoked: ask the instructor for a new one")


def new_key(*, in_path: bool = False) -> str:
    """Return a new key."""
    return (PATH_PREFIX if in_path else PREFIX) + secrets.token_urlsafe(32)


def keyed_path(path_key: str) -> str:
    """Return the path of the address to which clients send events with a path key."""
    return KEYED_PATH.format(pathKey=path_key)


def check_key(
    policy_cache: PolicyCache, key: str, clock: Clock, *, in_path: bool = False
) -> tuple[IngestKey, ClassPolicy]:
    """Return the stored key and its class's policy; a key of the other kind is unknown.

    Every refusal is the same, and follows the same lookup: it does not tell whether a key exists, existed, or could.
    Raises NotAdmitted, StoreUnavailable.
    """
    admission = policy_cache.look_up(digest(key), [])
    stored = admission.key
    if stored is None or stored.in_path is not in_path:
        raise NotAdmitted(403, KEY_INVALID)
    if stored.expires_at is not None and stored.expires_at <= clock().timestamp():
        raise NotAdmitted(403, KEY_INVALID)
    policy = admission.policies.get(stored.class_id)
    if policy is None:
        raise NotAdmitted(403, KEY_INVALID)
    return stored, policy
