"""Redaction of secrets that students paste into code; secret_kinds.py has their kinds."""

from typing import Any

from classpulse.ingest.secret_kinds import NAMED_KEY, REDACTED, SECRETS

__all__ = ["REDACTED", "SECRETS", "redact", "redact_all"]

# A shorter value of a key such as `token` is a flag or a count.
_SHORTEST_VALUE = 4


def redact(text: str) -> str:
    """Return the text with each secret replaced by REDACTED."""
    lowered = text.lower()
    for secret in SECRETS:
        text = secret.redact(text, lowered)
    return text


def redact_all(value: Any) -> Any:
    """Return a JSON value with the secrets in all its strings redacted; field names stay.

    The text of a key such as `DB_PASSWORD` is a secret, whatever it looks like.
    """
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, list):
        return [redact_all(item) for item in value]
    if isinstance(value, dict):
        return {name: REDACTED if _is_secret(name, item) else redact_all(item) for name, item in value.items()}
    return value


def _is_secret(name: str, value: Any) -> bool:
    return isinstance(value, str) and len(value) >= _SHORTEST_VALUE and NAMED_KEY.fullmatch(name) is not None
