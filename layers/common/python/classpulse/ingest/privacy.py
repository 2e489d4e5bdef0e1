"""What of an event is kept: the class decides, the student may ask for less."""

import hashlib
import hmac

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from classpulse.core.privacy_level import PrivacyLevel
from classpulse.ingest.error_names import error_name
from classpulse.ingest.events import Event
from classpulse.ingest.redaction import redact, redact_all


class ClassPolicy(BaseModel):
    """What ingest has to know of a class that is registered.

    students_only: events are taken with a student's own token alone. tokens_from: Unix time in seconds; older tokens
    of students are revoked.
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)

    class_id: str
    privacy: PrivacyLevel = PrivacyLevel.FULL
    pseudonymous: bool = False
    redact: bool = True
    students_only: bool = False
    tokens_from: int = 0


_FROM_MOST_TO_LEAST = list(PrivacyLevel)
_WHO_WHERE_WHEN = {
    "event_id", "event_type", "event_time", "user_id", "user_name", "team_name", "session_id", "class_id",
    "notebook_path", "cell_id", "cell_index", "cell_type", "consent",
}  # fmt: skip
_CONTENT = {"code", "result", "error_message", "metadata"}
# Of the student; `emailAddress` is one of them only beside `userId`.
_OTHER_NAMES = {"emailAddress", "email_address", "user_id", "user_name"}
# What ingest itself adds; it says nothing about the student's work.
_OURS = {"claimedEventTime"}


def protect(event: Event, class_id: str, policy: ClassPolicy | None, key: bytes) -> Event:
    """Return what may be kept of an event: without secrets, at its level, under a pseudonym if the class has them.

    A class that is not registered has no policy: what the student asked for by `consent` counts there alone.
    """
    policy = policy or ClassPolicy(class_id=class_id, redact=False)
    if policy.redact:
        event = _redacted(event)
    event = _at_level(event, class_id, stricter(policy.privacy, event.consent), key)
    if policy.pseudonymous:
        names = {"user_id": pseudonym(key, class_id, event.user_id), "user_name": None}
        extra = event.model_extra or {}
        event = event.replaced(names, {name: value for name, value in extra.items() if name not in _OTHER_NAMES})
    return event


def stricter(level: PrivacyLevel, other: PrivacyLevel | None) -> PrivacyLevel:
    """Return the one that keeps less."""
    return max(level, other or level, key=_FROM_MOST_TO_LEAST.index)


def pseudonym(key: bytes, class_id: str, user_id: str) -> str:
    """Return what a student is called in a pseudonymous class: the same every time, and nothing without the key."""
    return f"s-{_keyed_hash(key, 'pseudonym', class_id, user_id)[:20]}"


def code_hash(key: bytes, class_id: str, code: str) -> str:
    """Return what is kept of code at the level `hash`: equal code of one class is still equal."""
    return f"hmac-sha256:{_keyed_hash(key, 'code', class_id, code)}"


def _keyed_hash(key: bytes, *parts: str) -> str:
    return hmac.digest(key, "\0".join(parts).encode(), hashlib.sha256).hex()


def _redacted(event: Event) -> Event:
    texts = {name: redact(text) for name in ("code", "result", "error_message") if (text := getattr(event, name))}
    extra = redact_all(event.model_extra or {})
    return event.replaced(texts | {"metadata": redact_all(event.metadata)}, extra)


def _at_level(event: Event, class_id: str, level: PrivacyLevel, key: bytes) -> Event:
    ours = {name: value for name, value in (event.model_extra or {}).items() if name in _OURS}
    match level:
        case PrivacyLevel.FULL:
            return event
        case PrivacyLevel.ERRORS:
            return event if event.has_error else event.replaced(dict.fromkeys(_CONTENT), ours)
        case PrivacyLevel.HASH:
            hashed = code_hash(key, class_id, event.code) if event.code is not None else None
            named = error_name(event.error_message) if event.error_message is not None else None
            return event.replaced(dict.fromkeys(_CONTENT) | {"code": hashed, "error_message": named}, ours)
        case PrivacyLevel.PRESENCE:
            hidden = type(event).model_fields.keys() - _WHO_WHERE_WHEN
            return event.replaced(dict.fromkeys(hidden), ours)
