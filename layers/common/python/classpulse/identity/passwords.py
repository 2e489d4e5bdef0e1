"""The Passwords port: Argon2id with the library's parameters (RFC 9106, low memory)."""

import base64
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Passwords:
    """Verifying takes the same time whether there is an account or not."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = _of_no_password(self._hasher)

    def hash(self, password: str) -> str:
        """See Passwords.hash."""
        return self._hasher.hash(password)

    def verify(self, kept: str | None, password: str) -> bool:
        """See Passwords.verify."""
        try:
            self._hasher.verify(kept or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    def is_outdated(self, kept: str) -> bool:
        """See Passwords.is_outdated."""
        return self._hasher.check_needs_rehash(kept)


def _of_no_password(hasher: PasswordHasher) -> str:
    """Return a hash that costs as much to verify as any other; to make a real one would cost every cold start that."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(length)).rstrip(b"=").decode()
        for length in (hasher.salt_len, hasher.hash_len)
    )
    return f"$argon2id$v=19$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}${salt}${digest}"
