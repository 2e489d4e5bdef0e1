"""GET /api/v1/me/data: what is stored about a student; the bearer is the student's own token."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi import Query as Parameter
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from classpulse.core.http import Bearer
from classpulse.identity.callers import PROBLEMS, UNAUTHENTICATED
from classpulse.records.about_me import AboutMe
from classpulse.records.model import StudentDataExport

PAGE = "/#/me"
_RESPONSES: dict[int | str, dict[str, Any]] = {status: PROBLEMS[status] for status in (401, 422, 503)}
_RESPONSES[303] = {"description": "redirects a browser without a token to the page that asks for one"}


def make_me_router(about_me: AboutMe) -> APIRouter:
    """Return the route."""
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
        return export

    return router
