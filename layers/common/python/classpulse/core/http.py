"""FastAPI apps behind Function URLs (payload format 2.0): error responses, security headers, and Mangum."""

import logging
from collections.abc import Mapping, MutableMapping
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from mangum import Mangum
from mangum.handlers.api_gateway import HTTPGateway
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from classpulse.core.errors import (
    AlreadyClaimed,
    Conflict,
    Forbidden,
    InvalidRequest,
    NotAdmitted,
    NotFound,
    NotSignedIn,
    Refused,
    TooManyAttempts,
    TransientError,
)
from classpulse.core.json_size import values_in
from classpulse.core.problems import RETRY_AFTER_SECONDS, ErrorCode, Problem

# At INFO, which Lambda's JSON logs show, Mangum writes the path of each request: it can hold a key or a student's id.
logging.getLogger("mangum.http").setLevel(logging.WARNING)

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# The policy protects API responses that a browser opens as a page. CloudFront replaces it with the dashboard's own.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# Sent over HTTPS only, as browsers ignore it otherwise. CloudFront sends the same value.
HSTS = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
_PROBLEMS = {
    401: Problem(
        ErrorCode.TOKEN_INVALID, "the token is missing, unknown or expired: send Authorization: Bearer <token>"
    ),
    403: Problem(ErrorCode.ROLE_INSUFFICIENT, "your role in this class does not allow this"),
    404: Problem(ErrorCode.NOT_FOUND, "this does not exist, or you have no access to it: see /api/v1/docs"),
    405: Problem(ErrorCode.METHOD_NOT_ALLOWED, "this address does not accept that method: see /api/v1/docs"),
}
_OTHER = Problem(ErrorCode.REQUEST_FAILED, "the request cannot be answered")
# A roster of 5,000 students has 25,000 values. What is built of a value takes up to a kilobyte.
MOST_VALUES = 50_000
_TOO_COMPLEX = Problem(
    ErrorCode.BODY_TOO_COMPLEX, f"the body holds more than {MOST_VALUES} values: send fewer per request"
)
_NOT_JSON = Problem(ErrorCode.BODY_NOT_JSON, "the body is not JSON: see /api/v1/docs")
_FAILED = Problem(ErrorCode.INTERNAL_ERROR, "the server failed, and has logged why: try again later")
_UNAVAILABLE = Problem(ErrorCode.STORE_UNAVAILABLE, "a store is unavailable: try again later")
_STATUSES: dict[type[Refused], int] = {
    AlreadyClaimed: 409,
    Conflict: 409,
    Forbidden: 403,
    InvalidRequest: 422,
    NotFound: 404,
    NotSignedIn: 401,
    TooManyAttempts: 429,
}

Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]


def make_app(title: str) -> FastAPI:
    """Return an app whose error responses are fixed texts: no exception's text reaches a client."""
    app = FastAPI(title=title, version="1", docs_url=None, redoc_url=None, openapi_url=None)
    # A redirect would point to the Host header, which the client controls.
    app.router.redirect_slashes = False
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(TransientError, _unavailable)
    app.add_exception_handler(Exception, _failed)
    return app


class SecurityHeaders:
    """ASGI middleware: adds HEADERS to every response, errors included; headers that the app sets win."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if scope["scheme"] == "https":
                    headers.setdefault(*HSTS)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class LimitedBodies:
    """ASGI middleware: refuses a body of more than MOST_VALUES values before the app parses it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        messages = [await receive()]
        while messages[-1].get("more_body"):
            messages.append(await receive())
        if values_in(b"".join(message.get("body", b"") for message in messages)) > MOST_VALUES:
            await problem_response(413, _TOO_COMPLEX)(scope, receive, send)
            return

        async def receive_again() -> Message:
            return messages.pop(0) if messages else await receive()

        await self._app(scope, receive_again, send)


def function_url_handler(app: FastAPI) -> Mangum:
    """Return the Lambda handler of an app."""
    return Mangum(SecurityHeaders(app), lifespan="off", custom_handlers=[_FunctionUrl])


class _FunctionUrl(HTTPGateway):
    """Mangum's event adapter, without its parsing of ports: it fails on `Host: [::1]:8000` and on non-numeric ports."""

    @property
    def scope(self) -> MutableMapping[str, Any]:
        """The request as an ASGI scope; Mangum does not see the headers that name a port."""
        event = self.event
        headers = {name.lower(): value for name, value in event["headers"].items()}
        hidden = [name for name in ("host", "x-forwarded-port") if name in headers]
        hidden_headers = [[name.encode(), headers.pop(name).encode()] for name in hidden]
        self.event = {**event, "headers": headers}
        try:
            scope = super().scope
        finally:
            self.event = event
        return {**scope, "headers": scope["headers"] + hidden_headers, "aws.event": event}


def problem_response(status: int, problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return an error response: {"error": text, "code": stable identifier}."""
    return JSONResponse({"error": problem.error, "code": problem.code}, status, headers=headers)


def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    # FastAPI answers 400 for a body that is not UTF-8, and 422 for any other that is not JSON.
    if error.status_code == 400:
        return problem_response(422, _NOT_JSON)
    headers = {"Allow": ", ".join(_methods_of(request))} if error.status_code == 405 else error.headers
    return problem_response(error.status_code, _PROBLEMS.get(error.status_code, _OTHER), headers)


def _methods_of(request: Request) -> list[str]:
    """Return every method that the path supports; Starlette's Allow header covers its first route only."""
    routes = request.app.router.routes
    return [
        method
        for method in METHODS
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    ]


def _invalid_request(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    fields = sorted({str(detail["loc"][-1]) for detail in error.errors()})
    text = f"not valid: {', '.join(fields)}; see /api/v1/docs"
    return problem_response(422, Problem(ErrorCode.REQUEST_INVALID, text))


def _refused(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused)
    status = error.status if isinstance(error, NotAdmitted) else _STATUSES[type(error)]
    headers = {"Retry-After": str(error.seconds)} if isinstance(error, TooManyAttempts) else None
    return problem_response(status, error.problem, headers)


def _failed(_request: Request, _error: Exception) -> JSONResponse:
    return problem_response(500, _FAILED)


def _unavailable(_request: Request, _error: Exception) -> JSONResponse:
    return problem_response(503, _UNAVAILABLE, {"Retry-After": str(RETRY_AFTER_SECONDS)})
