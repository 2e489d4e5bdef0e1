"""The ports of accounts, sign-in and tokens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from classpulse.identity.model import AccountGrants, Principal, SignIn, SocketIdentity

# A ticket for the WebSocket expires after this time.
TICKET_SECONDS = 60
# A sign-in that is not used ends after REFRESH_LIFE, and one that is used after SIGN_IN_LIFE.
REFRESH_LIFE = timedelta(days=14)
SIGN_IN_LIFE = timedelta(days=30)
ACCESS_LIFE = timedelta(minutes=10)
DEVICE_LIFE = timedelta(days=365)


class Grants(Protocol):
    """What callers may do. Every method raises StoreUnavailable."""

    def grants_of(self, account_id: int, sign_in_id: str) -> AccountGrants | None:
        """Return what an account may do; None if it is unknown or disabled, or its sign-in was revoked."""

    def is_operator(self, sign_in_id: str, operator_key: str) -> bool:
        """Return whether this is an operator's sign-in that was not revoked, under this operator_key."""


class AccessTokens(Protocol):
    """Access tokens: signed, short-lived, carrying no grants."""

    def access(self, principal: Principal, sign_in: SignIn, now: datetime) -> str:
        """Return a new token for a sign-in of a principal; it expires with the sign-in at the latest."""

    def read_access(self, token: str, now: datetime) -> Principal | None:
        """Return the principal and its sign-in, without grants; None if the signature, time or kind is invalid."""


@dataclass(frozen=True)
class Device:
    """A browser in which an account has signed in before."""

    device_id: str
    account_id: int
    since: datetime


class Devices(Protocol):
    """Signed cookies, by which a browser is recognised at its next sign-in."""

    def device(self, account_id: int, now: datetime) -> str:
        """Return the cookie's value for an account that has just signed in."""

    def read_device(self, cookie: str, now: datetime) -> Device | None:
        """Return the device; None if the signature, time or kind is invalid."""


class Tickets(Protocol):
    """Tickets for the WebSocket: each opens one connection. Every method raises StoreUnavailable."""

    def issue(self, identity: SocketIdentity) -> str:
        """Return a new ticket."""

    def revoke(self, account_id: int | None, sign_in_id: str | None = None) -> None:
        """Revoke the tickets issued until now to an account (None: the operator), or to one of its sign-ins only."""


@dataclass(frozen=True)
class Account:
    """A user account. email: in lower case. password_hash: None for an account without a password.

    sign_ins_from: links and known devices from before this instant are not valid.
    """

    account_id: int
    email: str
    name: str
    password_hash: str | None = None
    disabled: bool = False
    may_create_classes: bool = False
    sign_ins_from: datetime | None = None

    def accepts(self, made: datetime) -> bool:
        """Return whether a link or a known device of that instant is still valid."""
        return not self.disabled and (self.sign_ins_from is None or made >= self.sign_ins_from)


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

    def create(self, email: str, name: str, password_hash: str | None, *, may_create_classes: bool) -> Account | None:
        """Return the new account, with the roles to which its address was invited; None when the address is taken."""

    def change(self, account_id: int, *, may_create_classes: bool) -> None:
        """Change what the account may do."""

    def disable(self, account_id: int) -> None:
        """Disable the account, and revoke its refresh tokens."""

    def set_password(self, account_id: int, password_hash: str) -> None:
        """Replace the hash of the account's password."""


@dataclass(frozen=True)
class Refreshed:
    """account_id: None for the operator. token: the refresh token that replaces the one that was used."""

    account_id: int | None
    sign_in: SignIn
    token: str
    expires_at: datetime


class SignIns(Protocol):
    """Sign-ins, each a family of refresh tokens, of which digests are stored. Every method raises StoreUnavailable."""

    def begin(
        self, account_id: int | None, token: str, ends_at: datetime, now: datetime, operator_key: str
    ) -> Refreshed:
        """Begin a sign-in with its first token; account_id None is the operator, who depends on operator_key."""

    def refresh(self, token: str, now: datetime, operator_key: str) -> Refreshed | None:
        """Use a token, and return its successor; None if the token is invalid, or the operator's key is another.

        For REUSE_GRACE after its first use, a token has the same successor again. A later use means that it was
        copied: its sign-in is revoked.
        """

    def holds(self, token: str, now: datetime, operator_key: str) -> bool:
        """Return whether a token can be refreshed, without using it."""

    def is_open(self, sign_in_id: str, now: datetime, operator_key: str) -> bool:
        """Return whether a sign-in has neither ended nor been revoked; an operator's depends on operator_key."""

    def revoke(self, token: str, now: datetime) -> tuple[int | None, str] | None:
        """Revoke the sign-in of a token; return its account (None: the operator) and id, or None if it is unknown."""

    def revoke_all(self, account_id: int | None, now: datetime, kept: str | None = None) -> None:
        """Revoke the sign-ins of an account (None: the operator) except `kept`, and its links and known devices."""


class Passwords(Protocol):
    """Hashes of passwords."""

    def hash(self, password: str) -> str:
        """Return the hash to store."""

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Return whether the password matches; without a hash it takes as long, and returns False."""

    def is_outdated(self, password_hash: str) -> bool:
        """Return whether the hash was made with weaker parameters than new hashes."""


class PasswordStrength(Protocol):
    """Whether a password can be guessed."""

    def is_weak(self, password: str, email: str, name: str) -> bool:
        """Return whether somebody who knows the account's email and name can guess the password."""


class Attempts(Protocol):
    """Failed sign-ins are counted, and delay the next one. Every method raises StoreUnavailable.

    device_id: a known device's attempts are counted for that device only, so that nobody else can delay them.
    """

    def begin(self, email: str, address: str, device_id: str | None = None) -> int:
        """Count an attempt as failed and return 0; or, without counting it, return the seconds to wait."""

    def succeeded(self, email: str, address: str, device_id: str | None = None) -> None:
        """Clear the failures and delays of the email and the device, and take the email's failures off the address."""


class OperatorKey(Protocol):
    """The operator_key of the sockets that are open. Every method raises StoreUnavailable."""

    def read(self) -> str | None:
        """Return the key that was written last; None before the first."""

    def write(self, operator_key: str) -> None:
        """Remember a key."""


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
