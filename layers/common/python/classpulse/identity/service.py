"""The use cases of sessions: sign-in, refresh, sign-out, one-time links, tickets and passwords."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from classpulse.core.digests import digest
from classpulse.core.errors import InvalidRequest, NotFound, NotSignedIn, TooManyAttempts
from classpulse.core.ports import Clock
from classpulse.core.problems import ErrorCode, Problem
from classpulse.identity.model import OPERATOR, Principal, SocketIdentity
from classpulse.identity.ports import (
    AccessTokens,
    Account,
    Accounts,
    Attempts,
    IdentityProvider,
    OneTime,
    Passwords,
    RefreshTokens,
    Tickets,
)

REFRESH_LIFE = timedelta(days=14)
LINK_MINUTES = 15
FLOW_SECONDS = 600
SHORTEST_PASSWORD = 12
CREDENTIALS_INVALID = Problem(ErrorCode.CREDENTIALS_INVALID, "the email or the password is wrong: check both")
LINK_INVALID = Problem(ErrorCode.LINK_INVALID, "this link is unknown, used or expired: ask for another")
SIGNED_OUT = Problem(ErrorCode.SIGNED_OUT, "you are not signed in, or your session has ended: sign in")
NO_ACCOUNT = Problem(ErrorCode.ACCOUNT_UNKNOWN, "this address has no account: ask the operator for one")
NO_LINK = Problem(
    ErrorCode.ACCOUNT_UNKNOWN, "you cannot create a link for this address: it has no account, or it is not your own"
)
NO_PASSWORD = Problem(ErrorCode.OPERATOR_HAS_NO_PASSWORD, "the operator has no password: sign in with a link")
PASSWORD_WRONG = Problem(ErrorCode.PASSWORD_WRONG, "old: this is not your password")
NO_PROVIDER = Problem(ErrorCode.PROVIDER_MISSING, "no identity provider is configured: sign in with a password")
SIGN_IN_EXPIRED = Problem(ErrorCode.SIGN_IN_EXPIRED, "the sign-in expired, or another browser began it: try again")


@dataclass(frozen=True)
class SignedIn:
    """An access token, a refresh token, and their account; email: None for the operator."""

    access: str
    refresh: str
    name: str
    email: str | None
    operator: bool


@dataclass(frozen=True)
class Flow:
    """A sign-in at the provider: the address to redirect to, and the state that the browser must bring back."""

    address: str
    state: str


@dataclass(frozen=True)
class Provider:
    """An identity provider, its display name, and the address that it redirects back to."""

    name: str
    redirect_uri: str
    identity: IdentityProvider


@dataclass(frozen=True)
class Sessions:
    """The use cases under /api/v1/session. Every method raises StoreUnavailable."""

    accounts: Accounts
    refresh_tokens: RefreshTokens
    tokens: AccessTokens
    passwords: Passwords
    attempts: Attempts
    links: OneTime
    flows: OneTime
    tickets: Tickets
    clock: Clock
    provider: Provider | None = None

    def by_password(self, email: str, password: str, address: str) -> SignedIn:
        """Sign in with an email address and a password. Raises NotSignedIn, TooManyAttempts."""
        email = email.strip().lower()
        if wait := self.attempts.begin(email, address):
            raise TooManyAttempts(wait)
        account = self.accounts.by_email(email)
        matches = self.passwords.verify(account.password_hash if account else None, password)
        if account is None or not matches or account.disabled:
            raise NotSignedIn(CREDENTIALS_INVALID)
        self.attempts.succeeded(email, address)
        if account.password_hash and self.passwords.is_outdated(account.password_hash):
            self.accounts.set_password(account.account_id, self.passwords.hash(password))
        return self._begin(account)

    def by_link(self, link: str) -> SignedIn:
        """Sign in with a one-time link. Raises NotSignedIn."""
        entry = self.links.take(link)
        if entry is None:
            raise NotSignedIn(LINK_INVALID)
        return self._begin(None if entry["accountId"] is None else self._enabled(entry["accountId"], LINK_INVALID))

    def refresh(self, token: str | None) -> SignedIn:
        """Rotate a refresh token, and return a new access token. Raises NotSignedIn."""
        if not token:
            raise NotSignedIn(SIGNED_OUT)
        now, successor = self.clock(), secrets.token_urlsafe(32)
        owner = self.refresh_tokens.rotate(digest(token), digest(successor), now + REFRESH_LIFE, now)
        if owner is None:
            raise NotSignedIn(SIGNED_OUT)
        account = None if owner[0] is None else self._enabled(owner[0], SIGNED_OUT)
        return self._signed_in(account, successor)

    def sign_out(self, token: str | None) -> None:
        """Revoke the family of a refresh token."""
        if token:
            self.refresh_tokens.revoke(digest(token), self.clock())

    def link(self, principal: Principal, minutes: int = LINK_MINUTES, email: str | None = None) -> str:
        """Return a one-time link for the caller; the operator may name another account. Raises NotFound."""
        account_id = principal.account_id
        if email is not None:
            account = self.accounts.by_email(email)
            if account is None or account.disabled or not (principal.is_operator or account.account_id == account_id):
                raise NotFound(NO_LINK)
            account_id = account.account_id
        link = secrets.token_urlsafe(32)
        self.links.put(link, {"accountId": account_id}, minutes * 60)
        return link

    def ticket(self, principal: Principal) -> str:
        """Return a ticket for one WebSocket connection, with the caller's present grants."""
        grants = None if principal.is_operator else dict(principal.grants)
        return self.tickets.issue(SocketIdentity(principal.account_id, principal.name, grants))

    def change_password(self, principal: Principal, old: str | None, new: str, token: str | None, address: str) -> None:
        """Replace a password and revoke all other sessions. Raises InvalidRequest, NotSignedIn, TooManyAttempts."""
        if principal.account_id is None:
            raise InvalidRequest(NO_PASSWORD)
        account = self._enabled(principal.account_id, SIGNED_OUT)
        if account.password_hash is not None:
            if wait := self.attempts.begin(account.email, address):
                raise TooManyAttempts(wait)
            if not self.passwords.verify(account.password_hash, old or ""):
                raise InvalidRequest(PASSWORD_WRONG)
            self.attempts.succeeded(account.email, address)
        self.accounts.set_password(account.account_id, self.passwords.hash(new))
        self.refresh_tokens.revoke_others(account.account_id, digest(token) if token else None, self.clock())

    def to_provider(self) -> Flow:
        """Begin a sign-in at the identity provider. Raises NotFound."""
        if self.provider is None:
            raise NotFound(NO_PROVIDER)
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        address = self.provider.identity.address(self.provider.redirect_uri, state, nonce, verifier)
        self.flows.put(state, {"nonce": nonce, "verifier": verifier}, FLOW_SECONDS)
        return Flow(address, state)

    def from_provider(self, code: str, state: str) -> SignedIn:
        """Finish a sign-in at the identity provider. Raises NotFound, NotSignedIn."""
        if self.provider is None:
            raise NotFound(NO_PROVIDER)
        flow = self.flows.take(state)
        provider = self.provider.identity
        identity = flow and provider.identify(code, self.provider.redirect_uri, flow["nonce"], flow["verifier"])
        if not identity:
            raise NotSignedIn(SIGN_IN_EXPIRED)
        account = self.accounts.by_subject(identity.issuer, identity.subject)
        if account is None and identity.email is not None:
            account = self.accounts.by_email(identity.email)
            if account and not self.accounts.bind(account.account_id, identity.issuer, identity.subject):
                account = None
        if account is None or account.disabled:
            raise NotSignedIn(NO_ACCOUNT)
        return self._begin(account)

    def _enabled(self, account_id: int, otherwise: Problem) -> Account:
        account = self.accounts.by_id(account_id)
        if account is None or account.disabled:
            raise NotSignedIn(otherwise)
        return account

    def _begin(self, account: Account | None) -> SignedIn:
        token = secrets.token_urlsafe(32)
        account_id = account.account_id if account else None
        self.refresh_tokens.begin(account_id, digest(token), self.clock() + REFRESH_LIFE)
        return self._signed_in(account, token)

    def _signed_in(self, account: Account | None, refresh: str) -> SignedIn:
        principal = Principal(account.account_id, account.name) if account else OPERATOR
        access = self.tokens.access(principal, self.clock())
        return SignedIn(access, refresh, principal.name, account.email if account else None, account is None)
