"""Checks of environment variables; each error names the variable and the remedy."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from classpulse.core.errors import ConfigError

MIN_SECRET_LENGTH = 20
# 20 random letters and digits practically always contain at least this many distinct ones.
MIN_DISTINCT_CHARACTERS = 8


def required(env: Mapping[str, str], name: str) -> str:
    """Return a variable that has to be set. Raises ConfigError."""
    value = env.get(name, "")
    if not value:
        raise ConfigError(f"{name} is not set: see docs/reference/settings.md")
    return value


def url(env: Mapping[str, str], name: str, *schemes: str) -> str:
    """Return a URL with one of these schemes. Raises ConfigError."""
    value = required(env, name)
    if urlsplit(value).scheme not in schemes:
        raise ConfigError(f"{name} must start with one of {', '.join(scheme + '://' for scheme in schemes)}")
    return value


def secret(env: Mapping[str, str], name: str) -> str:
    """Return a secret that cannot be guessed. Raises ConfigError."""
    value = required(env, name)
    if len(value) < MIN_SECRET_LENGTH:
        raise ConfigError(f"{name} is shorter than {MIN_SECRET_LENGTH} characters: generate a longer one")
    if len(set(value)) < MIN_DISTINCT_CHARACTERS:
        raise ConfigError(f"{name} has too few different characters and can be guessed: generate another")
    return value


def whole_number(env: Mapping[str, str], name: str, default: int) -> int:
    """Return a whole number, 0 or more. Raises ConfigError."""
    value = env.get(name) or str(default)
    if not value.isdecimal():
        raise ConfigError(f"{name} must be a whole number, 0 or more")
    return int(value)


def certificate(env: Mapping[str, str], name: str) -> str:
    """Return the PEM text of a certificate, or an empty text. Raises ConfigError."""
    value = env.get(name, "").strip()
    if value and "-----BEGIN CERTIFICATE-----" not in value:
        raise ConfigError(f"{name} is not a certificate in PEM: set it to the text of the file")
    return value
