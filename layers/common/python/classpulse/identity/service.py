"""The use cases of sessions: sign-in, refresh, sign-out, one-time links, tickets and passwords."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from classpulse.core.errors import Conflict, InvalidRequest, NotFound, NotSignedIn, TooManyAttempts
from classpulse.core.ports import Clock
from classpulse.core.problems import ErrorCode, Problem
from classpulse.identity.ending import Endings
from classpulse.identity.model import OPERATOR, Principal, SocketIdentity
from classpulse.identity.ports import (
    ACCESS_LIFE,
    SIGN_IN_LIFE,
    AccessTokens,
    Account,
    Accounts,
    Attempts,
    Devices,
    IdentityProvider,
    OneTime,
    Passwords,
    PasswordStrength,
    Refreshed,
    SignIns,
    Tickets,
)

LINK_MINUTES = 15
FLOW_SECONDS = 600
SHORTEST_PASSWORD = 12
CREDENTIALS_INVALID = Problem(ErrorCode.CREDENTIALS_INVALID, "the email or the password is wrong: check both")
LINK_INVALID = Problem(ErrorCode.LINK_INVALID, "this link is unknown, used or expired: ask for another")
SESSION_EXISTS = Problem(
    ErrorCode.SESSION_EXISTS, 'this browser is signed in: ask the user, then send "replace": true with the link'
)
SIGNED_OUT = Problem(ErrorCode.SIGNED_OUT, "you are not signed in, or your session has ended: sign in")
NO_ACCOUNT = Problem(ErrorCode.ACCOUNT_UNKNOWN, "this address has no account: ask the operator for one")
NO_LINK = Problem(
    ErrorCode.ACCOUNT_UNKNOWN, "you cannot create a link for this address: it has no account, or it is not your own"
)
NO_PASSWORD = Problem(ErrorCode.OPERATOR_HAS_NO_PASSWORD, "the operator has no password: sign in with a link")
PASSWORD_WRONG = Problem(ErrorCode.PASSWORD_WRONG, "old: this is not your password")
PASSWORD_WEAK = Problem(
    ErrorCode.PASSWORD_WEAK, "this password can be guessed: use several unusual words, without your name or address"
)
NO_PROVIDER = Problem(ErrorCode.PROVIDER_MISSING, "no identity provider is configured: sign in with a password")
SIGN_IN_EXPIRED = Problem(ErrorCode.SIGN_IN_EXPIRED, "the sign-in expired, or another browser began it: try again")


@dataclass(frozen=True)
class SignedIn:
    """An access token and a refresh token, with the seconds for which each is kept, and their account.

    email: None for the operator. device: the cookie by which this browser is recognised; None to leave it as it is.
    """

    access: str
    access_seconds: int
    refresh: str
    refresh_seconds: int
    name: str
    email: str | None
    operator: bool
    may_create_classes: bool
    device: str | None = None


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
    """The use cases under /api/v1/session. Every method raises TransientError.

    operator_key: the fingerprint of INSTRUCTOR_TOKEN, on which the operator's sign-ins and links depend.
    """

    accounts: Accounts
    sign_ins: SignIns
    tokens: AccessTokens
    devices: Devices
    passwords: Passwords
    strength: PasswordStrength
    attempts: Attempts
    links: OneTime
    flows: OneTime
    tickets: Tickets
    endings: Endings
    clock: Clock
    operator_key: str
    provider: Provider | None = None

    def by_password(self, email: str, password: str, address: str, device: str | None = None) -> SignedIn:
        """Sign in with an email address and a password; device: a cookie. Raises NotSignedIn, TooManyAttempts."""
        email = email.strip().lower()
        device_id = self._known_device(email, device)
        if wait := self.attempts.begin(email, address, device_id):
            raise TooManyAttempts(wait)
        account = self.accounts.by_email(email)
        matches = self.passwords.verify(account.password_hash if account else None, password)
        if account is None or not matches or account.disabled:
            raise NotSignedIn(CREDENTIALS_INVALID)
        self.attempts.succeeded(email, address, device_id)
        if account.password_hash and self.passwords.is_outdated(account.password_hash):
            self.accounts.set_password(account.account_id, self.passwords.hash(password))
        return self._begin(account)

    def by_link(self, link: str, present: str | None = None) -> SignedIn:
        """Sign in with a one-time link. Raises NotSignedIn; Conflict if the refresh token `present` is signed in.

        Anybody can send a link. One that replaced a session silently would lead a teacher into another account.
        """
        if present and self.sign_ins.holds(present, self.clock(), self.operator_key):
            raise Conflict(SESSION_EXISTS)
        entry = self.links.take(link)
        # The release before stored links without "made".
        if entry is None or "made" not in entry or not self._is_valid(entry["signIn"], entry["operatorKey"]):
            raise NotSignedIn(LINK_INVALID)
        ends_at = datetime.fromisoformat(entry["endsAt"]) if entry["endsAt"] else None
        if entry["accountId"] is None:
            return self._begin(None, ends_at)
        account = self._enabled(entry["accountId"], LINK_INVALID)
        if not account.accepts(datetime.fromisoformat(entry["made"])):
            raise NotSignedIn(LINK_INVALID)
        return self._begin(account, ends_at)

    def refresh(self, token: str | None) -> SignedIn:
        """Rotate a refresh token, and return a new access token. Raises NotSignedIn."""
        refreshed = self.sign_ins.refresh(token, self.clock(), self.operator_key) if token else None
        if refreshed is None:
            raise NotSignedIn(SIGNED_OUT)
        account_id = refreshed.account_id
        account = None if account_id is None else self._enabled(account_id, SIGNED_OUT)
        return self._signed_in(account, refreshed)

    def sign_out(self, token: str | None) -> None:
        """End the sign-in of a refresh token."""
        if token:
            self.endings.end(token)

    def end_all(self, principal: Principal) -> None:
        """End all sign-ins of the caller."""
        self.endings.end_all(principal.account_id)

    def link(self, principal: Principal, minutes: int = LINK_MINUTES, email: str | None = None) -> tuple[str, int]:
        """Return a one-time link for the caller, and its seconds; the operator may name another account.

        It ends with the sign-in that makes it. A sign-in that a link for oneself begins ends with it too, at the
        latest. Raises NotFound.
        """
        account_id = principal.account_id
        if email is not None:
            account = self.accounts.by_email(email)
            if account is None or account.disabled or not (principal.is_operator or account.account_id == account_id):
                raise NotFound(NO_LINK)
            account_id = account.account_id
        link, now, sign_in = secrets.token_urlsafe(32), self.clock(), principal.sign_in
        seconds = minutes * 60
        if sign_in is not None:
            seconds = max(1, min(seconds, int((sign_in.ends_at - now).total_seconds())))
        inherits = sign_in is not None and account_id == principal.account_id
        entry = {
            "accountId": account_id,
            "made": now.isoformat(),
            "signIn": sign_in.sign_in_id if sign_in else None,
            "endsAt": sign_in.ends_at.isoformat() if sign_in and inherits else None,
            "operatorKey": self.operator_key if principal.is_operator else None,
        }
        self.links.put(link, entry, seconds)
        return link, seconds

    def ticket(self, principal: Principal) -> str:
        """Return a ticket for one WebSocket connection, with the caller's present grants."""
        grants = None if principal.is_operator else dict(principal.grants)
        return self.tickets.issue(SocketIdentity(principal.account_id, principal.name, grants, principal.sign_in))

    def change_password(self, principal: Principal, old: str | None, new: str, address: str) -> tuple[str, str]:
        """Replace a password, and end all other sign-ins; return the email and a new cookie of this known device.

        Raises InvalidRequest, NotSignedIn, TooManyAttempts.
        """
        if principal.account_id is None:
            raise InvalidRequest(NO_PASSWORD)
        account = self._enabled(principal.account_id, SIGNED_OUT)
        kept = principal.sign_in.sign_in_id if principal.sign_in else None
        if account.password_hash is not None:
            # Counted for the sign-in only: nobody else can delay it.
            if wait := self.attempts.begin(account.email, address, kept):
                raise TooManyAttempts(wait)
            if not self.passwords.verify(account.password_hash, old or ""):
                raise InvalidRequest(PASSWORD_WRONG)
            self.attempts.succeeded(account.email, address, kept)
        # Last: it takes longer than the checks above.
        if self.strength.is_weak(new, account.email, account.name):
            raise InvalidRequest(PASSWORD_WEAK)
        self.accounts.set_password(account.account_id, self.passwords.hash(new))
        self.endings.end_all(account.account_id, kept)
        return account.email, self.devices.device(account.account_id, self.clock())

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

    def _is_valid(self, sign_in_id: str | None, operator_key: str | None) -> bool:
        """Return whether the sign-in that made a link is still open, or the INSTRUCTOR_TOKEN still the same."""
        if sign_in_id is None:
            return operator_key == self.operator_key
        return self.sign_ins.is_open(sign_in_id, self.clock(), self.operator_key)

    def _known_device(self, email: str, cookie: str | None) -> str | None:
        device = self.devices.read_device(cookie, self.clock()) if cookie else None
        account = self.accounts.by_email(email) if device else None
        if device is None or account is None or account.account_id != device.account_id:
            return None
        return device.device_id if account.accepts(device.since) else None

    def _enabled(self, account_id: int, otherwise: Problem) -> Account:
        account = self.accounts.by_id(account_id)
        if account is None or account.disabled:
            raise NotSignedIn(otherwise)
        return account

    def _begin(self, account: Account | None, ends_at: datetime | None = None) -> SignedIn:
        token, now = secrets.token_urlsafe(32), self.clock()
        account_id = account.account_id if account else None
        ends_at = ends_at or now + SIGN_IN_LIFE
        begun = self.sign_ins.begin(account_id, token, ends_at, now, self.operator_key)
        device = self.devices.device(account.account_id, now) if account else None
        return self._signed_in(account, begun, device)

    def _signed_in(self, account: Account | None, refreshed: Refreshed, device: str | None = None) -> SignedIn:
        principal, now = OPERATOR, self.clock()
        if account is not None:
            principal = Principal(account.account_id, account.name, may_create_classes=account.may_create_classes)
        return SignedIn(
            access=self.tokens.access(principal, refreshed.sign_in, now),
            access_seconds=_seconds(min(ACCESS_LIFE, refreshed.sign_in.ends_at - now)),
            refresh=refreshed.token,
            refresh_seconds=_seconds(refreshed.expires_at - now),
            name=principal.name,
            email=account.email if account else None,
            operator=account is None,
            may_create_classes=principal.may_create_classes,
            device=device,
        )


def _seconds(left: timedelta) -> int:
    return max(0, int(left.total_seconds()))
