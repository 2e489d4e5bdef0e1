"""The AccessTokens, Devices and StudentTokens ports: JSON Web Tokens (RFC 7519), HS256, with a key for each kind."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from classpulse.identity.model import Principal, SignIn
from classpulse.identity.ports import ACCESS_LIFE, DEVICE_LIFE, Device
from classpulse.ingest.ports import StudentToken

ISSUER = "classpulse"
ACCESS = "access"
STUDENT = "student"
DEVICE = "device"
REFRESH = "refresh"


class JwtTokens:
    """keys: the signing key, then the key before it, while tokens signed with it may still be valid."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = {purpose: [_derived_key(key, purpose) for key in keys] for purpose in (ACCESS, DEVICE, STUDENT)}

    def access(self, principal: Principal, sign_in: SignIn, now: datetime) -> str:
        """See AccessTokens.access."""
        claims = {
            "sub": str(principal.account_id or ""),
            "name": principal.name,
            "sid": sign_in.sign_in_id,
            "end": sign_in.ends_at.timestamp(),
        }
        return self._sign(ACCESS, claims, now, min(now + ACCESS_LIFE, sign_in.ends_at))

    def read_access(self, token: str, now: datetime) -> Principal | None:
        """See AccessTokens.read_access."""
        claims = self._read(ACCESS, token, now)
        # The release before signed tokens without a sign-in.
        if claims is None or "sid" not in claims:
            return None
        sign_in = SignIn(claims["sid"], datetime.fromtimestamp(claims["end"], now.tzinfo))
        return Principal(int(claims["sub"]) if claims["sub"] else None, claims["name"], sign_in=sign_in)

    def device(self, account_id: int, now: datetime) -> str:
        """See Devices.device."""
        claims = {"sub": str(account_id), "dev": secrets.token_urlsafe(16), "since": now.timestamp()}
        return self._sign(DEVICE, claims, now, now + DEVICE_LIFE)

    def read_device(self, cookie: str, now: datetime) -> Device | None:
        """See Devices.read_device."""
        claims = self._read(DEVICE, cookie, now)
        if claims is None:
            return None
        return Device(claims["dev"], int(claims["sub"]), datetime.fromtimestamp(claims["since"], now.tzinfo))

    def student(self, token: StudentToken) -> str:
        """See StudentTokens.student."""
        claims = {"sub": token.user_id, "cls": token.class_id, "jti": token.token_id}
        return self._sign(STUDENT, claims, token.issued_at, token.expires_at)

    def read_student(self, token: str, now: datetime) -> StudentToken | None:
        """See StudentTokens.read_student."""
        claims = self._read(STUDENT, token, now)
        # Without an id, a token could not be revoked.
        if claims is None or not claims.get("jti"):
            return None
        issued_at, expires_at = (datetime.fromtimestamp(claims[name], now.tzinfo) for name in ("iat", "exp"))
        return StudentToken(claims["cls"], claims["sub"], issued_at, expires_at, claims["jti"])

    def _sign(self, purpose: str, claims: Mapping[str, Any], issued: datetime, expires: datetime) -> str:
        times = {"iat": int(issued.timestamp()), "exp": int(expires.timestamp())}
        header = {"alg": "HS256", "typ": "JWT"}
        return jwt.encode(header, {"iss": ISSUER, "aud": purpose, **times, **claims}, self._keys[purpose][0])

    def _read(self, purpose: str, token: str, now: datetime) -> dict[str, Any] | None:
        wanted = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": purpose},
            sub={"essential": True, "allow_blank": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        for key in self._keys[purpose]:
            try:
                decoded = jwt.decode(token, key, algorithms=["HS256"])
                wanted.validate(decoded.claims)
            except (JoseError, ValueError):
                continue
            return dict(decoded.claims)
        return None


class Successors:
    """Derives a refresh token from the one before, so that a second use gets the same one and nothing secret is stored.

    keys: as for JwtTokens.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = [_key_of(key, REFRESH) for key in keys]

    def __call__(self, token: str) -> list[str]:
        """Return the successor, then those that a token had before a rotation of the signing key."""
        return [
            urlsafe_b64encode(hmac.digest(key, token.encode(), hashlib.sha256)).rstrip(b"=").decode()
            for key in self._keys
        ]


def _derived_key(key: str, purpose: str) -> OctKey:
    """Return the key of a purpose; keys differ, so a token of one kind is never valid as the other."""
    return OctKey.import_key(_key_of(key, purpose))


def _key_of(key: str, purpose: str) -> bytes:
    return hmac.digest(key.encode(), f"classpulse {purpose}".encode(), hashlib.sha256)
