"""/api/v1/session: sign-in and sign-out, one-time links, tickets for the WebSocket."""

import hmac
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Depends, Request, Response
from fastapi import Query as Parameter
from fastapi.responses import JSONResponse, RedirectResponse

from classpulse.core.digests import digest
from classpulse.core.errors import NotSignedIn
from classpulse.core.http import Bearer, problem_response
from classpulse.core.loopback import is_forwarded, is_loopback
from classpulse.core.problems import Problem
from classpulse.identity.bodies import (
    ByLink,
    ByPassword,
    Link,
    LinkWish,
    Methods,
    Nothing,
    PasswordChange,
    Provider,
    Session,
    Ticket,
)
from classpulse.identity.callers import PROBLEMS
from classpulse.identity.model import Principal
from classpulse.identity.origins import Origins, own_page
from classpulse.identity.ports import DEVICE_LIFE, TICKET_SECONDS
from classpulse.identity.service import FLOW_SECONDS, SIGN_IN_EXPIRED, Sessions, SignedIn

REFRESH = "classpulse_refresh"
FLOW = "classpulse_oidc"
DEVICE = "classpulse_device"
PATH = "/api/v1/session"
SIGNED_IN: dict[int | str, dict[str, Any]] = {
    409: {"model": Problem, "description": "the browser is signed in already, and the link was not used"}
}
TOO_MANY: dict[int | str, dict[str, Any]] = {
    429: {"model": Problem, "description": "too many failed attempts; see Retry-After"}
}
RefreshCookie = Annotated[str | None, Cookie(alias=REFRESH, max_length=256, include_in_schema=False)]


def make_sessions_router(sessions: Sessions, caller: Callable[[Bearer], Principal], origins: Origins) -> APIRouter:
    """Return the routes under /api/v1/session."""
    router = APIRouter(tags=["session"], responses=_problems(422, 503))
    parts = (_sign_in_routes(sessions, origins), _account_routes(sessions, caller, origins), _provider_routes(sessions))
    for part in parts:
        router.include_router(part)
    return router


def _sign_in_routes(sessions: Sessions, origins: Origins) -> APIRouter:
    router = APIRouter(prefix=PATH)
    # These routes set or use the cookie: a page of another origin could replace or end the session with them.
    guarded: dict[str, Any] = {"dependencies": [Depends(own_page)]}

    @router.get("/methods", summary="List the ways to sign in")
    def methods() -> Methods:
        provider = sessions.provider
        return Methods(password=True, oidc=Provider(name=provider.name) if provider else None)

    @router.post(
        "",
        summary="Sign in",
        response_model=Session,
        responses=_problems(401, 403) | SIGNED_IN | TOO_MANY,
        **guarded,
    )
    def sign_in(request: Request, body: ByPassword | ByLink, token: RefreshCookie = None) -> Response:
        if isinstance(body, ByLink):
            return _session_response(request, sessions.by_link(body.link, None if body.replace else token))
        device = request.cookies.get(_device_cookie(body.email))
        return _session_response(
            request, sessions.by_password(body.email, body.password, origins.address(request), device)
        )

    @router.post(
        "/refresh",
        summary="Rotate the refresh token and return an access token",
        response_model=Session,
        responses=_problems(401, 403),
        **guarded,
    )
    def refresh(request: Request, _body: Nothing, token: RefreshCookie = None) -> Response:
        try:
            return _session_response(request, sessions.refresh(token))
        except NotSignedIn as error:
            response = problem_response(401, error.problem)
            _set_cookie(response, request, REFRESH, "", 0)
            return response

    @router.delete("", status_code=204, summary="Sign out", responses=_problems(403), **guarded)
    def sign_out(request: Request, token: RefreshCookie = None) -> Response:
        sessions.sign_out(token)
        response = Response(status_code=204)
        _set_cookie(response, request, REFRESH, "", 0)
        return response

    return router


def _account_routes(sessions: Sessions, caller: Callable[[Bearer], Principal], origins: Origins) -> APIRouter:
    router = APIRouter(prefix=PATH, responses=_problems(401))
    Caller = Annotated[Principal, Depends(caller)]  # noqa: N806 - a type

    @router.post("/links", summary="Create a one-time link", responses=_problems(404))
    def make_link(principal: Caller, body: LinkWish) -> Link:
        link, seconds = sessions.link(principal, body.minutes, body.email)
        return Link(link=link, expires_in=seconds)

    @router.post("/tickets", summary="Create a ticket for the WebSocket")
    def make_ticket(principal: Caller, _body: Nothing) -> Ticket:
        return Ticket(ticket=sessions.ticket(principal), expires_in=TICKET_SECONDS)

    @router.delete("/all", status_code=204, summary="End all sign-ins of the caller")
    def end_all(request: Request, principal: Caller) -> Response:
        sessions.end_all(principal)
        response = Response(status_code=204)
        _set_cookie(response, request, REFRESH, "", 0)
        return response

    @router.put("/password", status_code=204, summary="Change the caller's password", responses=TOO_MANY)
    def change_password(request: Request, principal: Caller, body: PasswordChange) -> Response:
        account = sessions.change_password(principal, body.old, body.new, origins.address(request))
        response = Response(status_code=204)
        _set_device(response, request, *account)
        return response

    return router


def _provider_routes(sessions: Sessions) -> APIRouter:
    router = APIRouter(prefix=PATH)
    Text = Annotated[str | None, Parameter(max_length=4096)]  # noqa: N806 - a type
    to_login: dict[int | str, dict[str, Any]] = {302: {"description": "redirects to the identity provider"}}
    back: dict[int | str, dict[str, Any]] = {303: {"description": "redirects to the dashboard"}}

    @router.get(
        "/oidc", status_code=302, summary="Sign in with the identity provider", responses=to_login | _problems(404)
    )
    def to_provider(request: Request) -> Response:
        flow = sessions.to_provider()
        response = RedirectResponse(flow.address, 302)
        # Lax: the provider's redirect comes from another site, where browsers withhold a Strict cookie.
        _set_cookie(response, request, FLOW, flow.state, FLOW_SECONDS, same_site="lax")
        return response

    @router.get(
        "/oidc/callback",
        status_code=303,
        summary="Finish the sign-in with the identity provider",
        responses=back | _problems(401, 404),
    )
    def from_provider(
        request: Request,
        code: Text = None,
        state: Text = None,
        cookie_state: Annotated[str | None, Cookie(alias=FLOW, max_length=256, include_in_schema=False)] = None,
    ) -> Response:
        if not code or not state or not cookie_state or not hmac.compare_digest(state.encode(), cookie_state.encode()):
            raise NotSignedIn(SIGN_IN_EXPIRED)
        signed_in = sessions.from_provider(code, state)
        response = RedirectResponse("/", 303)
        _set_session(response, request, signed_in)
        _set_cookie(response, request, FLOW, "", 0, same_site="lax")
        return response

    return router


def _session_response(request: Request, signed_in: SignedIn) -> Response:
    body = Session(
        access_token=signed_in.access,
        expires_in=signed_in.access_seconds,
        name=signed_in.name,
        email=signed_in.email,
        operator=signed_in.operator,
        may_create_classes=signed_in.may_create_classes,
    )
    response = JSONResponse(body.model_dump(by_alias=True))
    _set_session(response, request, signed_in)
    return response


def _set_session(response: Response, request: Request, signed_in: SignedIn) -> None:
    _set_cookie(response, request, REFRESH, signed_in.refresh, signed_in.refresh_seconds)
    if signed_in.email is not None and signed_in.device is not None:
        _set_device(response, request, signed_in.email, signed_in.device)


def _set_device(response: Response, request: Request, email: str, device: str) -> None:
    _set_cookie(response, request, _device_cookie(email), device, int(DEVICE_LIFE.total_seconds()))


def _device_cookie(email: str) -> str:
    """Return the name of an account's cookie: people who share a browser have one each."""
    return f"{DEVICE}_{digest(email.strip().lower())[:16]}"


def _set_cookie(
    response: Response, request: Request, name: str, value: str, seconds: int, *, same_site: str = "strict"
) -> None:
    # A proxy may speak HTTPS to the browser, and name this machine to us.
    local = (
        request.url.scheme == "http" and is_loopback(request.url.hostname or "") and not is_forwarded(request.headers)
    )
    options: dict[str, Any] = {"httponly": True, "secure": not local, "samesite": same_site}
    response.set_cookie(name, value, max_age=seconds, path=PATH, **options)


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: PROBLEMS[status] for status in statuses}
