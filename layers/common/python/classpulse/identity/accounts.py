"""The use cases of the operator: accounts, what they may do, and the end of their sign-ins."""

from dataclasses import dataclass

from classpulse.core.errors import Conflict, InvalidRequest, NotFound
from classpulse.core.problems import ErrorCode, Problem
from classpulse.identity.ending import Endings
from classpulse.identity.ports import Account, Accounts, Passwords, PasswordStrength
from classpulse.identity.service import PASSWORD_WEAK

ACCOUNT_EXISTS = Problem(ErrorCode.ACCOUNT_EXISTS, "an account with this address exists already")
ACCOUNT_UNKNOWN = Problem(ErrorCode.ACCOUNT_UNKNOWN, "this address has no account: create one first")


@dataclass(frozen=True)
class ManagedAccounts:
    """The use cases under /api/v1/manage/accounts; the routes admit the operator only."""

    accounts: Accounts
    passwords: Passwords
    strength: PasswordStrength
    endings: Endings

    def all(self) -> list[Account]:
        """Return the accounts, sorted by email address."""
        return self.accounts.all()

    def create(self, email: str, name: str, password: str | None, *, may_create_classes: bool) -> Account:
        """Create an account; it gets the roles to which its address was appointed. Raises InvalidRequest, Conflict."""
        if password and self.strength.is_weak(password, email, name):
            raise InvalidRequest(PASSWORD_WEAK)
        password_hash = self.passwords.hash(password) if password else None
        account = self.accounts.create(email.strip(), name, password_hash, may_create_classes=may_create_classes)
        if account is None:
            raise Conflict(ACCOUNT_EXISTS)
        return account

    def change(self, email: str, *, may_create_classes: bool) -> Account:
        """Change what an account may do. Raises NotFound."""
        account = self._account(email)
        self.accounts.change(account.account_id, may_create_classes=may_create_classes)
        return self._account(email)

    def disable(self, email: str) -> None:
        """Disable an account, and close its sockets. Raises NotFound."""
        account = self._account(email)
        self.accounts.disable(account.account_id)
        self.endings.end_all(account.account_id)

    def end_sign_ins(self, email: str) -> None:
        """End all sign-ins of an account. Raises NotFound."""
        self.endings.end_all(self._account(email).account_id)

    def _account(self, email: str) -> Account:
        account = self.accounts.by_email(email)
        if account is None:
            raise NotFound(ACCOUNT_UNKNOWN)
        return account
