"""The manage function's app: /api/v1/session and /api/v1/manage."""

from typing import Any

from fastapi import APIRouter, FastAPI, Request

from classpulse.apps.auditing import Auditing
from classpulse.classes.api import make_classes_router
from classpulse.classes.joining import Joining
from classpulse.classes.service import Classes
from classpulse.core.http import LimitedBodies, make_app
from classpulse.identity.access import Access
from classpulse.identity.accounts import ManagedAccounts
from classpulse.identity.accounts_api import make_accounts_router
from classpulse.identity.api import make_sessions_router
from classpulse.identity.callers import caller_of
from classpulse.identity.origins import Origins
from classpulse.identity.service import Sessions
from classpulse.records.audit import AuditLog
from classpulse.records.audit_api import make_audit_router


def make_manage_routers(
    sessions: Sessions,
    accounts: ManagedAccounts,
    classes: Classes,
    joining: Joining,
    access: Access,
    *,
    origins: Origins,
    log: AuditLog,
) -> list[APIRouter]:
    """Return the routes, for the app and for the API document."""
    caller = caller_of(access)
    return [
        make_sessions_router(sessions, caller, origins),
        make_accounts_router(accounts, caller),
        make_classes_router(classes, joining, caller),
        make_audit_router(log, caller),
    ]


def make_manage_app(
    sessions: Sessions,
    accounts: ManagedAccounts,
    classes: Classes,
    joining: Joining,
    access: Access,
    *,
    origins: Origins,
    log: AuditLog,
) -> FastAPI:
    """Return the manage function's app."""
    app = make_app("ClassPulse manage")
    for router in make_manage_routers(sessions, accounts, classes, joining, access, origins=origins, log=log):
        app.include_router(router)
    # Innermost: another middleware between it and the routes would hide which route was taken.
    app.add_middleware(Auditing, log=log)

    @app.middleware("http")
    async def forbid_caching(request: Request, call_next: Any) -> Any:
        """Forbid caching: answers contain tokens."""
        response = await call_next(request)
        response.headers["Cache-Control"] = "no-store"
        return response

    app.add_middleware(LimitedBodies)
    return app
