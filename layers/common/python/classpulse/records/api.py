"""/api/v1/me: what is stored about a student, and the withdrawal of consent; the bearer is the student's own token."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi import Query as Parameter
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from classpulse.core.http import Bearer
from classpulse.core.privacy_level import PrivacyLevel
from classpulse.core.wire import WireModel
from classpulse.identity.callers import PROBLEMS, UNAUTHENTICATED
from classpulse.records.about_me import AboutMe
from classpulse.records.model import StudentDataExport
from classpulse.records.withdraw import Withdraw

PAGE = "/#/me"
_RESPONSES: dict[int | str, dict[str, Any]] = {status: PROBLEMS[status] for status in (401, 422, 503)}
_RESPONSES[303] = {"description": "redirects a browser without a token to the page that asks for one"}


class Withdrawal(WireModel):
    """level: how much may be kept from now on, and of what is stored; it is never raised."""

    level: Literal[PrivacyLevel.ERRORS, PrivacyLevel.HASH, PrivacyLevel.PRESENCE]


class Cleared(WireModel):
    """level: the level that applies from now on. cleared: how many stored events were reduced to it."""

    level: PrivacyLevel
    cleared: int


def make_me_router(about_me: AboutMe, withdraw: Withdraw) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["student"], responses=_RESPONSES)

    @router.get(
        "/api/v1/me/data",
        summary="Export what is stored about me; the bearer is the student's own token",
        response_model=StudentDataExport,
        response_model_exclude_unset=True,
    )
    def export_my_data(
        request: Request,
        bearer: Bearer,
        after: Annotated[int, Parameter(ge=0, le=2**53, description="`next` of the previous page")] = 0,
    ) -> StudentDataExport | Response:
        if bearer is None and "text/html" in request.headers.get("accept", ""):
            return RedirectResponse(PAGE, 303)
        export = about_me(bearer.credentials, after) if bearer else None
        if export is None:
            raise HTTPException(401, headers=UNAUTHENTICATED)
        request.state.audited_class, request.state.audited_subject = export.class_id, export.user_id
        return export

    @router.post("/api/v1/me/withdraw", summary="Withdraw consent; the bearer is the student's own token")
    def withdraw_consent(request: Request, bearer: Bearer, body: Withdrawal) -> Cleared:
        withdrawn = withdraw(bearer.credentials, body.level) if bearer else None
        if withdrawn is None:
            raise HTTPException(401, headers=UNAUTHENTICATED)
        request.state.audited_class, request.state.audited_subject = withdrawn.class_id, withdrawn.user_id
        return Cleared(level=withdrawn.level, cleared=withdrawn.cleared)

    return router
