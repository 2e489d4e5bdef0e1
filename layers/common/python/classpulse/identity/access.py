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
        if signed_in is None or signed_in.account_id is None:
            return signed_in
        grants = self.grants.grants_of(signed_in.account_id)
        return None if grants is None else replace(signed_in, grants=grants)
