"""GET /api/v1/me/data: what is kept about a student, told to the student alone."""

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
_RESPONSES[303] = {"description": "a browser without a token is shown the page that asks for it"}


def make_me_router(about_me: AboutMe) -> APIRouter:
    """Return the route."""
    router = APIRouter(tags=["student"], responses=_RESPONSES)

    @router.get(
        "/api/v1/me/data",
        summary="Read what is kept about me: the bearer is the student's own token",
        response_model=StudentDataExport,
        response_model_exclude_unset=True,
    )
    def read_kept(
        request: Request,
        bearer: Bearer,
        after: Annotated[int, Parameter(ge=0, le=2**53, description="`next` of the page before")] = 0,
    ) -> StudentDataExport | Response:
        if bearer is None and "text/html" in request.headers.get("accept", ""):
            return RedirectResponse(PAGE, 303)
        kept = about_me(bearer.credentials, after) if bearer else None
        if kept is None:
            raise HTTPException(401, headers=UNAUTHENTICATED)
        return kept

    return router
