"""The AccessTokens and StudentTokens ports: JSON Web Tokens (RFC 7519), HS256, with separate keys for each kind."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from classpulse.identity.model import Principal
from classpulse.ingest.ports import StudentToken

ISSUER = "classpulse"
ACCESS = "access"
STUDENT = "student"
ACCESS_LIFE = timedelta(minutes=10)


class JwtTokens:
    """keys: the signing key, then the key before it, while tokens signed with it may still be valid."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = {purpose: [_derived_key(key, purpose) for key in keys] for purpose in (ACCESS, STUDENT)}

    def access(self, principal: Principal, now: datetime) -> str:
        """See AccessTokens.access."""
        claims = {"sub": str(principal.account_id or ""), "name": principal.name}
        return self._sign(ACCESS, claims, now, now + ACCESS_LIFE)

    def read_access(self, token: str, now: datetime) -> Principal | None:
        """See AccessTokens.read_access."""
        claims = self._read(ACCESS, token, now)
        return Principal(int(claims["sub"]) if claims["sub"] else None, claims["name"]) if claims else None

    def student(self, token: StudentToken) -> str:
        """See StudentTokens.student."""
        claims = {"sub": token.user_id, "cls": token.class_id}
        return self._sign(STUDENT, claims, token.issued_at, token.expires_at)

    def read_student(self, token: str, now: datetime) -> StudentToken | None:
        """See StudentTokens.read_student."""
        claims = self._read(STUDENT, token, now)
        if claims is None:
            return None
        expires_at = datetime.fromtimestamp(claims["exp"], now.tzinfo)
        return StudentToken(claims["cls"], claims["sub"], datetime.fromtimestamp(claims["iat"], now.tzinfo), expires_at)

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


def _derived_key(key: str, purpose: str) -> OctKey:
    """Return the key of a purpose; keys differ, so a token of one kind is never valid as the other."""
    return OctKey.import_key(hmac.digest(key.encode(), f"classpulse {purpose}".encode(), hashlib.sha256))
