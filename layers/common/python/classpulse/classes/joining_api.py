"""/api/v1/manage: how students join, and what teachers give them: personal codes and tokens."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException

from classpulse.classes.joining import Joining
from classpulse.classes.joining_bodies import (
    CodeList,
    CodeView,
    CodeWish,
    GuestLink,
    GuestList,
    GuestView,
    Joined,
    JoinWish,
    TokenList,
    TokenView,
    TokenWish,
)
from classpulse.core.http import Bearer
from classpulse.core.problems import Problem
from classpulse.identity.callers import PROBLEMS, UNAUTHENTICATED, ClassAccess, ClassId, UserId

CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {"model": Problem, "description": "too many students have joined with this key"}
}
UNKNOWN: dict[int | str, dict[str, Any]] = {404: PROBLEMS[404]}


def make_joining_router(joining: Joining, managing: Callable[..., ClassAccess]) -> APIRouter:
    """Return the routes; managing: the dependency that refuses callers who may not manage the class."""
    router = APIRouter()
    router.include_router(_credentials(joining, managing))
    router.include_router(_guests(joining, managing))

    @router.post("/join", status_code=201, summary="Join with a class key or a personal code", responses=CONFLICT)
    def join(request: Request, bearer: Bearer, body: JoinWish) -> Joined:
        if bearer is None:
            raise HTTPException(401, headers=UNAUTHENTICATED)
        joined = joining.join(bearer.credentials, body.user_id, body.user_name or None)
        request.state.audited_class, request.state.audited_subject = joined.class_id, joined.user_id
        return Joined(user_id=joined.user_id, token=joined.token, verified=joined.verified)

    return router


def _credentials(joining: Joining, managing: Callable[..., ClassAccess]) -> APIRouter:
    router = APIRouter(prefix="/classes/{classId}", dependencies=[Depends(managing)], responses=UNKNOWN)

    @router.post("/student-tokens", summary="Create student tokens")
    def student_tokens(class_id: ClassId, body: TokenWish) -> TokenList:
        tokens = joining.student_tokens(class_id, body.user_ids, body.days, keep_tokens=body.keep_tokens)
        return TokenList(tokens=[TokenView(user_id=user_id, token=token) for user_id, token in tokens])

    @router.post("/personal-codes", status_code=201, summary="Create personal codes, each for one join")
    def personal_codes(class_id: ClassId, body: CodeWish) -> CodeList:
        codes = joining.personal_codes(class_id, body.user_ids, body.days, keep_tokens=body.keep_tokens)
        return CodeList(codes=[CodeView(**vars(code)) for code in codes])

    return router


def _guests(joining: Joining, managing: Callable[..., ClassAccess]) -> APIRouter:
    router = APIRouter(prefix="/classes/{classId}/guests", dependencies=[Depends(managing)], responses=UNKNOWN)

    @router.get("", summary="List the guests: students who joined with the class key")
    def read_guests(class_id: ClassId) -> GuestList:
        return GuestList(guests=[GuestView(**vars(guest)) for guest in joining.guests(class_id)])

    @router.put("/{userId}", status_code=204, summary="Link a guest to a student on the roster, or unlink it")
    def link_guest(class_id: ClassId, user_id: UserId, body: GuestLink) -> None:
        joining.link_guest(class_id, user_id, body.roster_user_id)

    @router.delete("/{userId}", status_code=204, summary="Remove a guest and revoke its tokens")
    def remove_guest(class_id: ClassId, user_id: UserId) -> None:
        joining.remove_guest(class_id, user_id)

    return router
