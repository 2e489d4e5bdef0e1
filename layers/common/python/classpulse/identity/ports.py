"""The ports of accounts, sign-in and tokens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from classpulse.identity.model import Grant, Principal, SocketIdentity

# A ticket for the WebSocket expires after this time.
TICKET_SECONDS = 60


class Grants(Protocol):
    """The grants of accounts."""

    def grants_of(self, account_id: int) -> Mapping[str, Grant] | None:
        """Return class id -> grant; None for an account that is unknown or disabled. Raises StoreUnavailable."""


class AccessTokens(Protocol):
    """Access tokens: signed, short-lived, carrying no grants."""

    def access(self, principal: Principal, now: datetime) -> str:
        """Return a new token for a principal."""

    def read_access(self, token: str, now: datetime) -> Principal | None:
        """Return the principal, without grants; None if the token's signature, time or kind is invalid."""


class Tickets(Protocol):
    """Tickets for the WebSocket: each opens one connection. Every method raises StoreUnavailable."""

    def issue(self, identity: SocketIdentity) -> str:
        """Return a new ticket."""

    def revoke(self, account_id: int) -> None:
        """Revoke the tickets that were issued to an account until now."""


@dataclass(frozen=True)
class Account:
    """A user account. email: in lower case. password_hash: None for an account without a password."""

    account_id: int
    email: str
    name: str
    password_hash: str | None = None
    disabled: bool = False


class Accounts(Protocol):
    """The accounts. Every method raises StoreUnavailable."""

    def all(self) -> list[Account]:
        """Return the accounts, sorted by email address."""

    def by_email(self, email: str) -> Account | None:
        """Return the account with this address, disabled or not."""

    def by_id(self, account_id: int) -> Account | None:
        """Return the account, disabled or not."""

    def by_subject(self, issuer: str, subject: str) -> Account | None:
        """Return the account that is bound to an identity provider's subject, disabled or not."""

    def bind(self, account_id: int, issuer: str, subject: str) -> bool:
        """Bind the account to an identity provider's subject; return False if it is bound already."""

    def create(self, email: str, name: str, password_hash: str | None) -> Account | None:
        """Return the new account; None when the address is taken."""

    def disable(self, account_id: int) -> None:
        """Disable the account, and revoke its refresh tokens."""

    def set_password(self, account_id: int, password_hash: str) -> None:
        """Replace the hash of the account's password."""


class RefreshTokens(Protocol):
    """Digests of refresh tokens; each sign-in is a family of them. Every method raises StoreUnavailable."""

    def begin(self, account_id: int | None, digest: str, expires_at: datetime) -> None:
        """Store the first token of a new family; account_id None is the operator."""

    def rotate(self, digest: str, successor: str, expires_at: datetime, now: datetime) -> tuple[int | None] | None:
        """Mark a token as used and add its successor to the family; return (account_id,), or None if it is invalid.

        A token that was used more than REUSE_GRACE ago has been copied: its family is revoked.
        """

    def revoke(self, digest: str, now: datetime) -> None:
        """Revoke the family of a token."""

    def revoke_others(self, account_id: int, kept: str | None, now: datetime) -> None:
        """Revoke all families of an account except that of the token with the digest `kept`."""


class Passwords(Protocol):
    """Hashes of passwords."""

    def hash(self, password: str) -> str:
        """Return the hash to store."""

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Return whether the password matches; without a hash it takes as long, and returns False."""

    def is_outdated(self, password_hash: str) -> bool:
        """Return whether the hash was made with weaker parameters than new hashes."""


class Attempts(Protocol):
    """Failed sign-ins are counted, and delay the next one. Every method raises StoreUnavailable."""

    def begin(self, email: str, address: str) -> int:
        """Count an attempt as failed and return 0; or, without counting it, return the seconds to wait."""

    def succeeded(self, email: str, address: str) -> None:
        """Take the attempt back, and clear the failures of the email."""


class OneTime(Protocol):
    """Values under a secret: each expires, and can be taken once. Every method raises StoreUnavailable."""

    def put(self, secret: str, value: Mapping[str, Any], seconds: int) -> None:
        """Store a value for so many seconds."""

    def take(self, secret: str) -> Mapping[str, Any] | None:
        """Return a value and delete it; None if it is unknown, taken or expired."""


@dataclass(frozen=True)
class Identity:
    """A user, as an identity provider describes it; email: None unless the provider has verified it."""

    issuer: str
    subject: str
    email: str | None


class IdentityProvider(Protocol):
    """OpenID Connect, Authorization Code with PKCE. Every method raises StoreUnavailable."""

    def address(self, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Return the address that the browser is redirected to."""

    def identify(self, code: str, redirect_uri: str, nonce: str, verifier: str) -> Identity | None:
        """Exchange the code for the user; None if the code or the ID token is invalid."""
