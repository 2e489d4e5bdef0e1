"""Resolve a bearer token to a principal."""

import hmac
from dataclasses import dataclass, replace

from classpulse.core.ports import Clock
from classpulse.identity.model import OPERATOR, Principal
from classpulse.identity.ports import AccessTokens, Grants


@dataclass(frozen=True)
class Access:
    """instructor_token: the operator's bearer token."""

    instructor_token: str
    tokens: AccessTokens
    grants: Grants
    clock: Clock

    def principal(self, bearer: str) -> Principal | None:
        """Return the principal with its present grants; None for an invalid token. Raises StoreUnavailable."""
        if hmac.compare_digest(bearer.encode(), self.instructor_token.encode()):
            return OPERATOR
        signed_in = self.tokens.read_access(bearer, self.clock())
        if signed_in is None or signed_in.sign_in is None:
            return None
        sign_in_id = signed_in.sign_in.sign_in_id
        if signed_in.account_id is None:
            stays = self.grants.is_operator(sign_in_id, operator_key(self.instructor_token))
            return replace(OPERATOR, sign_in=signed_in.sign_in) if stays else None
        grants = self.grants.grants_of(signed_in.account_id, sign_in_id)
        if grants is None:
            return None
        return replace(signed_in, grants=grants.by_class, may_create_classes=grants.may_create_classes)


def operator_key(instructor_token: str) -> str:
    """Return the fingerprint of an INSTRUCTOR_TOKEN, on which the operator's sign-ins and links depend."""
    return hmac.digest(instructor_token.encode(), b"classpulse operator", "sha256").hex()
