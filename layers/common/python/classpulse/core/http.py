"""HTTP by FastAPI behind a Function URL (payload format 2.0), through Mangum."""

from collections.abc import MutableMapping
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

from classpulse.core.errors import AlreadyClaimed, TransientError

RETRY_AFTER_SECONDS = 5
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# The distribution puts the pages' own policy in the place of this one, which is for data that a browser is led to.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# On plain HTTP it means nothing. The same as the distribution's.
HTTPS_ALONE = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
_STATUS_TEXTS = {
    401: "no token, or one that is unknown or has expired: send Authorization: Bearer <token>",
    403: "your role in this class is not enough for this",
    404: "there is nothing here, or nothing that is open to you: see /api/v1/docs",
    409: "another teacher has claimed this student: ask them, or wait until it is released",
    405: "this address does not take that method: see /api/v1/docs",
}

Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]


def make_app(title: str) -> FastAPI:
    """Return an app whose errors are fixed texts: no exception text ever leaves."""
    app = FastAPI(title=title, version="1", docs_url=None, redoc_url=None, openapi_url=None)
    # It would answer with an address made of the Host header.
    app.router.redirect_slashes = False
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(AlreadyClaimed, _claimed)
    app.add_exception_handler(TransientError, _unavailable)
    app.add_exception_handler(Exception, _failed)
    return app


class Guarded:
    """ASGI: an app whose every answer, a failed one too, has HEADERS; its own headers come first."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if scope["scheme"] == "https":
                    headers.setdefault(*HTTPS_ALONE)
            await send(message)

        await self._app(scope, receive, send_guarded)


def function_url_handler(app: FastAPI) -> Mangum:
    """Return the Lambda handler of an app."""
    return Mangum(Guarded(app), lifespan="off", custom_handlers=[_FunctionUrl])


class _FunctionUrl(HTTPGateway):
    """Mangum's own reads a port out of these headers, and fails for `Host: [::1]:8000` and for what is no number."""

    @property
    def scope(self) -> MutableMapping[str, Any]:
        """The request, as ASGI has it."""
        given = self.event
        headers = {name.lower(): value for name, value in given["headers"].items()}
        kept = [[name.encode(), headers.pop(name).encode()] for name in ("host", "x-forwarded-port") if name in headers]
        self.event = {**given, "headers": headers}
        try:
            found = super().scope
        finally:
            self.event = given
        return {**found, "headers": found["headers"] + kept, "aws.event": given}


def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    # FastAPI's word for a body that is no text at all; for any other that is no JSON it has 422.
    if error.status_code == 400:
        return JSONResponse({"error": "the body is no JSON; see /api/v1/docs"}, 422)
    text = _STATUS_TEXTS.get(error.status_code, "the request cannot be answered")
    headers = {"Allow": ", ".join(_methods_of(request))} if error.status_code == 405 else error.headers
    return JSONResponse({"error": text}, error.status_code, headers=headers)


def _methods_of(request: Request) -> list[str]:
    """Return what the address takes: Starlette's own answer knows the first of its routes alone."""
    routes = request.app.router.routes
    return [
        method
        for method in METHODS
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    ]


def _invalid_request(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    fields = sorted({str(detail["loc"][-1]) for detail in error.errors()})
    return JSONResponse({"error": f"not valid: {', '.join(fields)}; see /api/v1/docs"}, 422)


def _claimed(_request: Request, _error: Exception) -> JSONResponse:
    return JSONResponse({"error": _STATUS_TEXTS[409]}, 409)


def _failed(_request: Request, _error: Exception) -> JSONResponse:
    return JSONResponse({"error": "this went wrong on our side, and is in the log: ask again later"}, 500)


def _unavailable(_request: Request, _error: Exception) -> JSONResponse:
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return JSONResponse({"error": "a store is away: ask again later"}, 503, headers=headers)
