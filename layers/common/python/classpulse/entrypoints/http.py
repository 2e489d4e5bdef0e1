"""HTTP by FastAPI behind a Function URL (payload format 2.0), through Mangum."""

from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from mangum import Mangum
from starlette.exceptions import HTTPException

from classpulse.errors import TransientError

RETRY_AFTER_SECONDS = 5
_STATUS_TEXTS = {
    401: "no token: send Authorization: Bearer <token>",
    403: "this token does not open this",
    404: "there is nothing here: see /api/v1/docs",
    405: "this address does not take that method: see /api/v1/docs",
}

Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]


def make_app(title: str) -> FastAPI:
    """Return an app whose errors are fixed texts: no exception text ever leaves."""
    app = FastAPI(title=title, version="1", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(TransientError, _unavailable)
    return app


def function_url_handler(app: FastAPI) -> Mangum:
    """Return the Lambda handler of an app."""
    return Mangum(app, lifespan="off")


def _http_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    text = _STATUS_TEXTS.get(error.status_code, "the request cannot be answered")
    return JSONResponse({"error": text}, error.status_code, headers=error.headers)


def _invalid_request(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    fields = sorted({str(detail["loc"][-1]) for detail in error.errors()})
    return JSONResponse({"error": f"not valid: {', '.join(fields)}; see /api/v1/docs"}, 422)


def _unavailable(_request: Request, _error: Exception) -> JSONResponse:
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return JSONResponse({"error": "a store is away: ask again later"}, 503, headers=headers)
