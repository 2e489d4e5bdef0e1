"""Digests of secrets: what is stored of a key, a link, a ticket or a refresh token."""

import hashlib


def digest(secret: str) -> str:
    """Return the SHA-256 of a secret, in hexadecimal: enough for a secret that is long and random."""
    return hashlib.sha256(secret.encode()).hexdigest()
