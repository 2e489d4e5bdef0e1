"""/api/v1/manage/accounts: the operator's routes."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field, StrictBool
from starlette.exceptions import HTTPException

from classpulse.core.http import Bearer
from classpulse.core.problems import Problem
from classpulse.identity.accounts import ManagedAccounts
from classpulse.identity.bodies import Body
from classpulse.identity.callers import ADDRESS, PROBLEMS, EmailInPath
from classpulse.identity.model import Principal
from classpulse.identity.ports import Account
from classpulse.identity.service import SHORTEST_PASSWORD
from classpulse.ingest.events import STORABLE

Email = Annotated[str, Field(min_length=3, max_length=320, pattern=f"^{ADDRESS}$")]
CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {"model": Problem, "description": "the present state does not allow this"}
}
UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "the address has no account"}}


class NewAccount(Body):
    """An account; without a password it signs in with a one-time link or the identity provider."""

    email: Email
    name: Annotated[str, Field(min_length=1, max_length=256, pattern=STORABLE)]
    password: Annotated[str | None, Field(min_length=SHORTEST_PASSWORD, max_length=1024)] = None
    may_create_classes: StrictBool = False


class AccountChange(Body):
    """What the account may do from now on."""

    may_create_classes: StrictBool


class AccountView(Body):
    """An account."""

    email: str
    name: str
    disabled: bool
    may_create_classes: bool


class AccountList(Body):
    """The accounts."""

    accounts: list[AccountView]


def make_accounts_router(accounts: ManagedAccounts, caller: Callable[[Bearer], Principal]) -> APIRouter:
    """Return the routes under /api/v1/manage/accounts."""

    def operator(principal: Annotated[Principal, Depends(caller)]) -> None:
        if not principal.is_operator:
            raise HTTPException(403)

    refusals: dict[int | str, dict[str, Any]] = {status: PROBLEMS[status] for status in (401, 403, 422, 503)}
    router = APIRouter(
        prefix="/api/v1/manage/accounts", tags=["manage"], responses=refusals, dependencies=[Depends(operator)]
    )

    @router.get("", summary="List the accounts")
    def read_accounts() -> AccountList:
        return AccountList(accounts=[_view(account) for account in accounts.all()])

    @router.post("", status_code=201, summary="Create an account", responses=CONFLICT)
    def create_account(body: NewAccount) -> AccountView:
        may_create_classes = body.may_create_classes
        return _view(accounts.create(body.email, body.name, body.password, may_create_classes=may_create_classes))

    @router.patch("/{email}", summary="Change what an account may do", responses=UNKNOWN)
    def change_account(email: EmailInPath, body: AccountChange) -> AccountView:
        return _view(accounts.change(email, may_create_classes=body.may_create_classes))

    @router.delete("/{email}", status_code=204, summary="Disable an account", responses=UNKNOWN)
    def disable_account(email: EmailInPath) -> None:
        accounts.disable(email)

    @router.delete("/{email}/sign-ins", status_code=204, summary="End all sign-ins of an account", responses=UNKNOWN)
    def end_sign_ins(email: EmailInPath) -> None:
        accounts.end_sign_ins(email)

    return router


def _view(account: Account) -> AccountView:
    return AccountView(
        email=account.email,
        name=account.name,
        disabled=account.disabled,
        may_create_classes=account.may_create_classes,
    )
