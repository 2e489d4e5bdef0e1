"""/api/v1/session: signing in and out, one-time links, tickets for the socket."""

import hmac
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Depends, Request, Response
from fastapi import Query as Parameter
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from classpulse.core.errors import NotSignedIn
from classpulse.core.http import Bearer, problem_response
from classpulse.core.loopback import is_loopback
from classpulse.core.problems import Problem
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


class Body(BaseModel):
    """JSON with these fields alone."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        # An answer holds every field, also one with a default.
        json_schema_serialization_defaults_required=True,
    )


class ByPassword(Body):
    """An account and its password."""

    email: Annotated[str, Field(min_length=1, max_length=320)]
    password: Annotated[str, Field(min_length=1, max_length=1024)]


class ByLink(Body):
    """What stands behind `token=` in a one-time link."""

    link: Annotated[str, Field(min_length=1, max_length=256)]


class Nothing(Body):
    """An empty object: a page elsewhere cannot send JSON."""


class LinkWish(Body):
    """minutes: how long the link is good; email: the operator may make one for an account."""

    minutes: Annotated[int, Field(ge=1, le=7 * 24 * 60, strict=True)] = LINK_MINUTES
    email: Annotated[str | None, Field(max_length=320)] = None


class PasswordChange(Body):
    """old: what it was, if there was one."""

    old: Annotated[str | None, Field(max_length=1024)] = None
    new: Annotated[str, Field(min_length=SHORTEST_PASSWORD, max_length=1024)]


class Provider(Body):
    """What the identity provider is called."""

    name: str


class Methods(Body):
    """How one can sign in."""

    password: bool
    oidc: Provider | None


class Session(Body):
    """expiresIn: seconds that the access token is good; email: null for the operator."""

    access_token: str
    expires_in: int
    name: str
    email: str | None
    operator: bool


class Link(Body):
    """What stands behind `/?token=`; expiresIn: seconds."""

    link: str
    expires_in: int


class Ticket(Body):
    """What stands behind `/ws?token=`; expiresIn: seconds."""

    ticket: str
    expires_in: int


RefreshCookie = Annotated[str | None, Cookie(alias=REFRESH, max_length=256, include_in_schema=False)]


def make_sessions_router(sessions: Sessions, caller: Callable[[Bearer], Principal]) -> APIRouter:
    """Return the routes under /api/v1/session."""
    router = APIRouter(tags=["session"], responses=_only(422, 503))
    for part in (_signing_in(sessions), _signed_in(sessions, caller), _elsewhere(sessions)):
        router.include_router(part)
    return router


def _signing_in(sessions: Sessions) -> APIRouter:
    router = APIRouter(prefix=PATH)

    @router.get("/methods", summary="How one can sign in")
    def methods() -> Methods:
        provider = sessions.provider
        return Methods(password=True, oidc=Provider(name=provider.name) if provider else None)

    @router.post("", summary="Sign in", response_model=Session, responses=_only(401) | TOO_MANY)
    def sign_in(request: Request, body: ByPassword | ByLink) -> Response:
        if isinstance(body, ByLink):
            return _answer(request, sessions.by_link(body.link))
        return _answer(request, sessions.by_password(body.email, body.password, _address(request)))

    @router.post("/refresh", summary="Stay signed in", response_model=Session, responses=_only(401))
    def refresh(request: Request, _body: Nothing, kept: RefreshCookie = None) -> Response:
        try:
            return _answer(request, sessions.refresh(kept))
        except NotSignedIn as error:
            response = problem_response(401, error.problem)
            _set_cookie(response, request, REFRESH, "", 0)
            return response

    @router.delete("", status_code=204, summary="Sign out")
    def sign_out(request: Request, kept: RefreshCookie = None) -> Response:
        sessions.sign_out(kept)
        response = Response(status_code=204)
        _set_cookie(response, request, REFRESH, "", 0)
        return response

    return router


def _signed_in(sessions: Sessions, caller: Callable[[Bearer], Principal]) -> APIRouter:
    router = APIRouter(prefix=PATH, responses=_only(401))
    Caller = Annotated[Principal, Depends(caller)]  # noqa: N806 - a type

    @router.post("/links", summary="Make a one-time link", responses=_only(404))
    def make_link(principal: Caller, body: LinkWish) -> Link:
        return Link(link=sessions.link(principal, body.minutes, body.email), expires_in=body.minutes * 60)

    @router.post("/tickets", summary="Make a ticket for the socket")
    def make_ticket(principal: Caller, _body: Nothing) -> Ticket:
        return Ticket(ticket=sessions.ticket(principal), expires_in=TICKET_SECONDS)

    @router.put("/password", status_code=204, summary="Change one's password", responses=TOO_MANY)
    def change_password(request: Request, principal: Caller, body: PasswordChange, kept: RefreshCookie = None) -> None:
        sessions.change_password(principal, body.old, body.new, kept, _address(request))

    return router


def _elsewhere(sessions: Sessions) -> APIRouter:
    router = APIRouter(prefix=PATH)
    Text = Annotated[str | None, Parameter(max_length=4096)]  # noqa: N806 - a type
    to_login: dict[int | str, dict[str, Any]] = {302: {"description": "to the identity provider"}}
    back: dict[int | str, dict[str, Any]] = {303: {"description": "to the dashboard"}}

    @router.get("/oidc", status_code=302, summary="Sign in at the university", responses=to_login | _only(404))
    def to_provider(request: Request) -> Response:
        flow = sessions.to_provider()
        response = RedirectResponse(flow.address, 302)
        # Lax: it has to come back with the browser, from elsewhere.
        _set_cookie(response, request, FLOW, flow.state, FLOW_SECONDS, same_site="lax")
        return response

    @router.get("/oidc/callback", status_code=303, summary="Come back from there", responses=back | _only(401, 404))
    def from_provider(
        request: Request,
        code: Text = None,
        state: Text = None,
        begun: Annotated[str | None, Cookie(alias=FLOW, max_length=256, include_in_schema=False)] = None,
    ) -> Response:
        if not code or not state or not begun or not hmac.compare_digest(state.encode(), begun.encode()):
            raise NotSignedIn(SIGN_IN_EXPIRED)
        signed_in = sessions.from_provider(code, state)
        response = RedirectResponse("/", 303)
        _set_cookie(response, request, REFRESH, signed_in.refresh, int(REFRESH_LIFE.total_seconds()))
        _set_cookie(response, request, FLOW, "", 0, same_site="lax")
        return response

    return router


def _answer(request: Request, found: SignedIn) -> Response:
    body = Session(
        access_token=found.access,
        expires_in=ACCESS_SECONDS,
        name=found.name,
        email=found.email,
        operator=found.operator,
    )
    response = JSONResponse(body.model_dump(by_alias=True))
    _set_cookie(response, request, REFRESH, found.refresh, int(REFRESH_LIFE.total_seconds()))
    return response


def _set_cookie(
    response: Response, request: Request, name: str, value: str, seconds: int, *, same_site: str = "strict"
) -> None:
    local = request.url.scheme == "http" and is_loopback(request.url.hostname or "")
    options: dict[str, Any] = {"httponly": True, "secure": not local, "samesite": same_site}
    response.set_cookie(name, value, max_age=seconds, path=PATH, **options)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _only(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: PROBLEMS[status] for status in statuses}
