"""/api/v1/session and /api/v1/manage: who signs in, and what the instructors of a class decide."""

from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse

from classpulse.classes.api import make_classes_router
from classpulse.classes.service import Classes
from classpulse.core.errors import Conflict, InvalidRequest, NotAdmitted, NotFound, NotSignedIn, TooManyAttempts
from classpulse.core.http import make_app
from classpulse.identity.access import Access
from classpulse.identity.api import make_sessions_router
from classpulse.identity.callers import caller_of
from classpulse.identity.service import Sessions

_STATUSES: dict[type[Exception], int] = {Conflict: 409, InvalidRequest: 422, NotFound: 404, NotSignedIn: 401}


def make_manage_routers(sessions: Sessions, classes: Classes, access: Access) -> list[APIRouter]:
    """Return the routes, for the app and for the API document."""
    caller = caller_of(access)
    return [make_sessions_router(sessions, caller), make_classes_router(classes, caller)]


def make_manage_app(sessions: Sessions, classes: Classes, access: Access) -> FastAPI:
    """Return the manage function's app."""
    app = make_app("ClassPulse manage")
    for error in _STATUSES:
        app.add_exception_handler(error, _refused)
    app.add_exception_handler(NotAdmitted, _not_admitted)
    app.add_exception_handler(TooManyAttempts, _too_many)
    for router in make_manage_routers(sessions, classes, access):
        app.include_router(router)

    @app.middleware("http")
    async def keep_nothing(request: Request, call_next: Any) -> Any:
        """Answers hold tokens: nothing on the way may keep them."""
        response = await call_next(request)
        response.headers["Cache-Control"] = "no-store"
        return response

    return app


def _refused(_request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"error": str(error)}, _STATUSES[type(error)])


def _not_admitted(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, NotAdmitted)
    return JSONResponse({"error": str(error)}, error.status)


def _too_many(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TooManyAttempts)
    headers = {"Retry-After": str(error.seconds)}
    return JSONResponse({"error": "too many failed attempts: wait, see Retry-After"}, 429, headers=headers)
