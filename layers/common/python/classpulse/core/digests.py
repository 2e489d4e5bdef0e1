"""Digests of secrets: of a key, link, ticket or refresh token, only the digest is stored."""

import hashlib


def digest(secret: str) -> str:
    """Return the SHA-256 of a secret, in hexadecimal. It needs no salt, because the secret is long and random."""
    return hashlib.sha256(secret.encode()).hexdigest()
