"""/api/v1/session: sign-in and sign-out, one-time links, tickets for the WebSocket."""

import hmac
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Depends, Request, Response
from fastapi import Query as Parameter
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import ConfigDict, Field

from classpulse.core.errors import NotSignedIn
from classpulse.core.http import Bearer, problem_response
from classpulse.core.loopback import is_forwarded, is_loopback
from classpulse.core.problems import Problem
from classpulse.core.wire import WireModel
from classpulse.identity.callers import PROBLEMS
from classpulse.identity.model import Principal
from classpulse.identity.ports import TICKET_SECONDS
from classpulse.identity.service import (
    FLOW_SECONDS,
    LINK_MINUTES,
    REFRESH_LIFE,
    SHORTEST_PASSWORD,
    SIGN_IN_EXPIRED,
    Sessions,
    SignedIn,
)

REFRESH = "classpulse_refresh"
FLOW = "classpulse_oidc"
PATH = "/api/v1/session"
ACCESS_SECONDS = 600
TOO_MANY: dict[int | str, dict[str, Any]] = {
    429: {"model": Problem, "description": "too many failed attempts; see Retry-After"}
}


class Body(WireModel):
    """A JSON object; fields that the model does not name are refused."""

    model_config = ConfigDict(extra="forbid")


class ByPassword(Body):
    """The email address and the password of an account."""

    email: Annotated[str, Field(min_length=1, max_length=320)]
    password: Annotated[str, Field(min_length=1, max_length=1024)]


class ByLink(Body):
    """link: what follows `token=` in a one-time link."""

    link: Annotated[str, Field(min_length=1, max_length=256)]


class Nothing(Body):
    """An empty JSON object: a form on another site cannot send JSON, so it cannot make this request."""


class LinkWish(Body):
    """minutes: until the link expires; email: the account that it signs in, by default the caller's own."""

    minutes: Annotated[int, Field(ge=1, le=7 * 24 * 60, strict=True)] = LINK_MINUTES
    email: Annotated[str | None, Field(max_length=320)] = None


class PasswordChange(Body):
    """old: the present password, unless the account has none."""

    old: Annotated[str | None, Field(max_length=1024)] = None
    new: Annotated[str, Field(min_length=SHORTEST_PASSWORD, max_length=1024)]


class Provider(Body):
    """The display name of the identity provider."""

    name: str


class Methods(Body):
    """The ways to sign in; oidc: null when no identity provider is configured."""

    password: bool
    oidc: Provider | None


class Session(Body):
    """expiresIn: seconds until the access token expires; email: null for the operator."""

    access_token: str
    expires_in: int
    name: str
    email: str | None
    operator: bool


class Link(Body):
    """link: what follows `/?token=` in the address; expiresIn: seconds until it expires."""

    link: str
    expires_in: int


class Ticket(Body):
    """ticket: what follows `/ws?token=` in the address; expiresIn: seconds until it expires."""

    ticket: str
    expires_in: int


RefreshCookie = Annotated[str | None, Cookie(alias=REFRESH, max_length=256, include_in_schema=False)]


def make_sessions_router(sessions: Sessions, caller: Callable[[Bearer], Principal]) -> APIRouter:
    """Return the routes under /api/v1/session."""
    router = APIRouter(tags=["session"], responses=_problems(422, 503))
    for part in (_sign_in_routes(sessions), _account_routes(sessions, caller), _provider_routes(sessions)):
        router.include_router(part)
    return router


def _sign_in_routes(sessions: Sessions) -> APIRouter:
    router = APIRouter(prefix=PATH)

    @router.get("/methods", summary="List the ways to sign in")
    def methods() -> Methods:
        provider = sessions.provider
        return Methods(password=True, oidc=Provider(name=provider.name) if provider else None)

    @router.post("", summary="Sign in", response_model=Session, responses=_problems(401) | TOO_MANY)
    def sign_in(request: Request, body: ByPassword | ByLink) -> Response:
        if isinstance(body, ByLink):
            return _session_response(request, sessions.by_link(body.link))
        return _session_response(request, sessions.by_password(body.email, body.password, _address(request)))

    @router.post(
        "/refresh",
        summary="Rotate the refresh token and return an access token",
        response_model=Session,
        responses=_problems(401),
    )
    def refresh(request: Request, _body: Nothing, token: RefreshCookie = None) -> Response:
        try:
            return _session_response(request, sessions.refresh(token))
        except NotSignedIn as error:
            response = problem_response(401, error.problem)
            _set_cookie(response, request, REFRESH, "", 0)
            return response

    @router.delete("", status_code=204, summary="Sign out")
    def sign_out(request: Request, token: RefreshCookie = None) -> Response:
        sessions.sign_out(token)
        response = Response(status_code=204)
        _set_cookie(response, request, REFRESH, "", 0)
        return response

    return router


def _account_routes(sessions: Sessions, caller: Callable[[Bearer], Principal]) -> APIRouter:
    router = APIRouter(prefix=PATH, responses=_problems(401))
    Caller = Annotated[Principal, Depends(caller)]  # noqa: N806 - a type

    @router.post("/links", summary="Create a one-time link", responses=_problems(404))
    def make_link(principal: Caller, body: LinkWish) -> Link:
        return Link(link=sessions.link(principal, body.minutes, body.email), expires_in=body.minutes * 60)

    @router.post("/tickets", summary="Create a ticket for the WebSocket")
    def make_ticket(principal: Caller, _body: Nothing) -> Ticket:
        return Ticket(ticket=sessions.ticket(principal), expires_in=TICKET_SECONDS)

    @router.put("/password", status_code=204, summary="Change the caller's password", responses=TOO_MANY)
    def change_password(request: Request, principal: Caller, body: PasswordChange, token: RefreshCookie = None) -> None:
        sessions.change_password(principal, body.old, body.new, token, _address(request))

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
        _set_cookie(response, request, REFRESH, signed_in.refresh, int(REFRESH_LIFE.total_seconds()))
        _set_cookie(response, request, FLOW, "", 0, same_site="lax")
        return response

    return router


def _session_response(request: Request, signed_in: SignedIn) -> Response:
    body = Session(
        access_token=signed_in.access,
        expires_in=ACCESS_SECONDS,
        name=signed_in.name,
        email=signed_in.email,
        operator=signed_in.operator,
    )
    response = JSONResponse(body.model_dump(by_alias=True))
    _set_cookie(response, request, REFRESH, signed_in.refresh, int(REFRESH_LIFE.total_seconds()))
    return response


def _set_cookie(
    response: Response, request: Request, name: str, value: str, seconds: int, *, same_site: str = "strict"
) -> None:
    # A proxy may speak HTTPS to the browser, and name this machine to us.
    local = (
        request.url.scheme == "http" and is_loopback(request.url.hostname or "") and not is_forwarded(request.headers)
    )
    options: dict[str, Any] = {"httponly": True, "secure": not local, "samesite": same_site}
    response.set_cookie(name, value, max_age=seconds, path=PATH, **options)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: PROBLEMS[status] for status in statuses}
