"""The Passwords port: Argon2id with the library's parameters (RFC 9106, low memory)."""

import base64
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Passwords:
    """The Passwords port. Verifying takes as long for an unknown account as for a known one."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = _hash_of_nothing(self._hasher)

    def hash(self, password: str) -> str:
        """See Passwords.hash."""
        return self._hasher.hash(password)

    def verify(self, password_hash: str | None, password: str) -> bool:
        """See Passwords.verify."""
        try:
            self._hasher.verify(password_hash or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """See Passwords.is_outdated."""
        return self._hasher.check_needs_rehash(password_hash)


def _hash_of_nothing(hasher: PasswordHasher) -> str:
    """Return random bytes in the form of a hash: as slow to verify as a real one, but free to make at a cold start."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(length)).rstrip(b"=").decode()
        for length in (hasher.salt_len, hasher.hash_len)
    )
    return f"$argon2id$v=19$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}${salt}${digest}"
