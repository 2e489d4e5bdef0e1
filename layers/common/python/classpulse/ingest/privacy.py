"""Which parts of an event are kept: the class decides, and a student may choose less."""

import hashlib
import hmac

from classpulse.core.privacy_level import PrivacyLevel
from classpulse.core.wire import WireModel
from classpulse.ingest.error_names import error_name
from classpulse.ingest.events import CLAIMED_TIME, CLAIMED_TYPE, EXPECTED_ERROR, Event
from classpulse.ingest.identities import without_identity
from classpulse.ingest.redaction import redact, redact_all


class ClassPolicy(WireModel):
    """What ingest needs to know about a registered class.

    students_only: only students' own tokens may send events. tokens_from: Unix time in seconds; students' tokens
    issued before it are revoked.
    """

    class_id: str
    privacy: PrivacyLevel = PrivacyLevel.FULL
    pseudonymous: bool = False
    redact: bool = True
    students_only: bool = False
    tokens_from: int = 0


HASH_PREFIX = "hmac-sha256:"
_FROM_MOST_TO_LEAST = list(PrivacyLevel)
_PRESENCE_FIELDS = {
    "event_id", "event_type", "event_time", "user_id", "user_name", "team_name", "session_id", "class_id",
    "notebook_path", "old_path", "cell_id", "run_id", "cell_index", "cell_type", "consent",
}  # fmt: skip
_CONTENT_FIELDS = {"code", "result", "error_message", "metadata"}
# Fields that ingest itself adds. Like `hasError`, an expected error says how a run ended.
_INGEST_EXTRAS = {CLAIMED_TIME, CLAIMED_TYPE, EXPECTED_ERROR}


# The ids of students who joined with a class key, and of pseudonyms: nobody may choose one.
GUEST_PREFIX = "guest-"
PSEUDONYM_PREFIX = "s-"
_PSEUDONYM_DIGITS = 20


def protect(event: Event, class_id: str, policy: ClassPolicy | None, key: bytes) -> Event:
    """Return the event as it may be kept: redacted, reduced to its privacy level, pseudonymous if the class is.

    An unregistered class has the default policy: secrets are redacted, and the student's `consent` applies.
    """
    policy = policy or ClassPolicy(class_id=class_id)
    if policy.redact:
        event = _redacted(event)
    event = _at_level(event, class_id, stricter(policy.privacy, event.consent), key)
    if not policy.pseudonymous:
        return event
    stored_as = pseudonym(key, class_id, event.user_id)
    return without_identity(event, stored_as, lambda kind, text: _keyed_hash(key, kind, class_id, text))


def stricter(level: PrivacyLevel, other: PrivacyLevel | None) -> PrivacyLevel:
    """Return the level that keeps less."""
    return max(level, other or level, key=_FROM_MOST_TO_LEAST.index)


def pseudonym(key: bytes, class_id: str, user_id: str) -> str:
    """Return a student's id in a pseudonymous class: stable, and not derivable without the key."""
    return PSEUDONYM_PREFIX + _keyed_hash(key, "pseudonym", class_id, user_id)[:_PSEUDONYM_DIGITS]


def code_hash(key: bytes, class_id: str, code: str) -> str:
    """Return the keyed hash that replaces code at the level `hash`; equal code in one class has equal hashes."""
    return HASH_PREFIX + _keyed_hash(key, "code", class_id, code)


def erasure_digest(key: bytes, class_id: str, user_id: str) -> str:
    """Return by what an erased student is remembered: without the key it can neither be guessed nor verified."""
    return _keyed_hash(key, "erasure", class_id, user_id)


def _keyed_hash(key: bytes, *parts: str) -> str:
    return hmac.digest(key, "\0".join(parts).encode(), hashlib.sha256).hex()


def reduced(event: Event, class_id: str, level: PrivacyLevel, key: bytes) -> Event:
    """Return an accepted event at a lower level, to which its student has withdrawn. Code that is a hash stays one."""
    lower = _at_level(event, class_id, level, key)
    if level is PrivacyLevel.HASH and (event.code or "").startswith(HASH_PREFIX):
        return lower.replaced({"code": event.code}, lower.model_extra or {})
    return lower


def _redacted(event: Event) -> Event:
    texts = {name: redact(text) for name in ("code", "result", "error_message") if (text := getattr(event, name))}
    extra = redact_all(event.model_extra or {})
    return event.replaced(texts | {"metadata": redact_all(event.metadata)}, extra)


def _at_level(event: Event, class_id: str, level: PrivacyLevel, key: bytes) -> Event:
    added = {name: value for name, value in (event.model_extra or {}).items() if name in _INGEST_EXTRAS}
    match level:
        case PrivacyLevel.FULL:
            return event
        case PrivacyLevel.ERRORS:
            return event if event.has_error else event.replaced(dict.fromkeys(_CONTENT_FIELDS), added)
        case PrivacyLevel.HASH:
            code = code_hash(key, class_id, event.code) if event.code is not None else None
            name = error_name(event.error_message) if event.error_message is not None else None
            return event.replaced(dict.fromkeys(_CONTENT_FIELDS) | {"code": code, "error_message": name}, added)
        case PrivacyLevel.PRESENCE:
            hidden = type(event).model_fields.keys() - _PRESENCE_FIELDS
            return event.replaced(
                dict.fromkeys(hidden), {name: added[name] for name in added if name != EXPECTED_ERROR}
            )
