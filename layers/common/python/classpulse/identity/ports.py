"""Accounts, sign-in and tokens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from classpulse.identity.model import Grant, Principal, SocketIdentity

# How long a ticket for the WebSocket can be redeemed.
TICKET_SECONDS = 60


class Grants(Protocol):
    """What accounts may do."""

    def grants_of(self, account_id: int) -> Mapping[str, Grant] | None:
        """Return class -> grant; None for an account that is not there or disabled. Raises StoreUnavailable."""


class AccessTokens(Protocol):
    """Signed, short-lived tokens of accounts."""

    def access(self, principal: Principal, now: datetime) -> str:
        """Return a token for a principal; it carries no grants."""

    def read_access(self, token: str, now: datetime) -> Principal | None:
        """Return the principal, without grants; None when the token's signature, time or kind is wrong."""


class Tickets(Protocol):
    """Tickets for the WebSocket: each opens one socket, within seconds. Everything raises StoreUnavailable."""

    def issue(self, identity: SocketIdentity) -> str:
        """Return a new ticket."""

    def revoke(self, account_id: int) -> None:
        """Let what an account was issued until now open nothing."""


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in. email: in lower case. password_hash: None for who signs in elsewhere."""

    account_id: int
    email: str
    name: str
    password_hash: str | None = None
    disabled: bool = False


class Accounts(Protocol):
    """Who can sign in. Everything raises StoreUnavailable."""

    def all(self) -> list[Account]:
        """Return the accounts, by address."""

    def by_email(self, email: str) -> Account | None:
        """Return the account with this address, disabled or not."""

    def by_id(self, account_id: int) -> Account | None:
        """Return the account, disabled or not."""

    def by_subject(self, issuer: str, subject: str) -> Account | None:
        """Return the account that an identity provider knows under this name, disabled or not."""

    def bind(self, account_id: int, issuer: str, subject: str) -> bool:
        """Let the account sign in there from now on; False when it is bound to another name already."""

    def create(self, email: str, name: str, password_hash: str | None) -> Account | None:
        """Return the new account; None when the address is taken."""

    def disable(self, account_id: int) -> None:
        """Let it sign in no more, and end what it is signed in to."""

    def set_password(self, account_id: int, password_hash: str) -> None:
        """Replace its password."""


class RefreshTokens(Protocol):
    """What keeps somebody signed in, as digests. One sign-in is a family. Everything raises StoreUnavailable."""

    def begin(self, account_id: int | None, digest: str, expires_at: datetime) -> None:
        """Start a family; account_id None is the operator."""

    def rotate(self, digest: str, successor: str, expires_at: datetime, now: datetime) -> tuple[int | None] | None:
        """Use a token up and put a successor into its family; return (whose it is,), or None if it is not good.

        One that was used more than REUSE_GRACE ago revokes its family: it has been copied.
        """

    def revoke(self, digest: str, now: datetime) -> None:
        """End the family of a token."""

    def revoke_others(self, account_id: int, kept: str | None, now: datetime) -> None:
        """End all families of an account but that of the token with the digest `kept`."""


class Passwords(Protocol):
    """Passwords as hashes."""

    def hash(self, password: str) -> str:
        """Return what is kept of a password."""

    def verify(self, kept: str | None, password: str) -> bool:
        """Return whether it is the password; takes as long when nothing is kept."""

    def is_outdated(self, kept: str) -> bool:
        """Return whether it was hashed with weaker parameters than today's."""


class Attempts(Protocol):
    """Lock-out. Everything raises StoreUnavailable."""

    def begin(self, email: str, address: str) -> int:
        """Count an attempt; return 0 to go on, or the seconds to wait, for which nothing is counted."""

    def succeeded(self, email: str, address: str) -> None:
        """Take the attempt back, and forget what failed for the email."""


class OneTime(Protocol):
    """What is kept under a secret for a while and can be taken once. Everything raises StoreUnavailable."""

    def put(self, secret: str, value: Mapping[str, Any], seconds: int) -> None:
        """Keep it."""

    def take(self, secret: str) -> Mapping[str, Any] | None:
        """Return it and forget it."""


@dataclass(frozen=True)
class Identity:
    """What an identity provider says about somebody; email: None when it is not verified."""

    issuer: str
    subject: str
    email: str | None


class IdentityProvider(Protocol):
    """OpenID Connect, Authorization Code with PKCE. Everything raises StoreUnavailable."""

    def address(self, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Return where to send the browser."""

    def identify(self, code: str, redirect_uri: str, nonce: str, verifier: str) -> Identity | None:
        """Return who has signed in there; None when the answer does not hold."""
