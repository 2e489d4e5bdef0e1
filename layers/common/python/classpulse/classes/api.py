"""/api/v1/manage: classes, members, keys and rosters."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from starlette.exceptions import HTTPException

from classpulse.classes.bodies import (
    MOST_KEY_ID,
    Appointment,
    ClassChange,
    CsvRoster,
    Imported,
    JsonRoster,
    KeyList,
    KeyView,
    KeyWish,
    MemberList,
    MemberView,
    MyClass,
    MyClasses,
    NewClass,
    NewKey,
    Roster,
    RosterLine,
    StudentLine,
)
from classpulse.classes.joining import Joining
from classpulse.classes.joining_api import make_joining_router
from classpulse.classes.ports import RegisteredClass, StoredKey
from classpulse.classes.rosters import Student, checked, read_csv
from classpulse.classes.service import Classes
from classpulse.core.errors import InvalidRequest
from classpulse.core.http import Bearer
from classpulse.core.problems import ErrorCode, Problem
from classpulse.identity.callers import PROBLEMS, ClassAccess, ClassId, EmailInPath, class_access_of
from classpulse.identity.model import ALL, Grant, Principal, Role
from classpulse.ingest.keys import keyed_path
from classpulse.ingest.privacy import ClassPolicy

Caller = Callable[[Bearer], Principal]
CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {"model": Problem, "description": "the present state does not allow this"}
}
UNKNOWN: dict[int | str, dict[str, Any]] = {404: PROBLEMS[404]}
# The Function URL answers, so this body is not a Problem.
TOO_LARGE: dict[int | str, dict[str, Any]] = {413: {"description": "the body is over 6 MiB"}}
TEAM_NOT_ALLOWED = Problem(
    ErrorCode.TEAM_NOT_ALLOWED, "teamName: only an assistant can be limited to one team; leave it out"
)


def make_classes_router(classes: Classes, joining: Joining, caller: Caller) -> APIRouter:
    """Return the routes under /api/v1/manage."""
    refusals: dict[int | str, dict[str, Any]] = {status: PROBLEMS[status] for status in (401, 403, 422, 503)}
    router = APIRouter(prefix="/api/v1/manage", tags=["manage"], responses=refusals)
    router.include_router(_classes(classes, caller))
    router.include_router(_members(classes, caller))
    router.include_router(_keys(classes, caller))
    router.include_router(_roster(classes, caller))
    router.include_router(make_joining_router(joining, _access_with(caller, _manages)))
    return router


def _access_with(caller: Caller, may: Callable[[Grant], bool]) -> Callable[..., ClassAccess]:
    any_access = class_access_of(caller)

    def access_in_class(access: Annotated[ClassAccess, Depends(any_access)]) -> ClassAccess:
        if not may(access.grant):
            raise HTTPException(403)
        return access

    return access_in_class


def _classes(classes: Classes, caller: Caller) -> APIRouter:
    router = APIRouter(prefix="/classes")
    AnyPrincipal = Annotated[Principal, Depends(caller)]  # noqa: N806 - a type

    @router.get("", summary="List the caller's classes")
    def read_classes(principal: AnyPrincipal) -> MyClasses:
        registered = classes.repository.read(None if principal.is_operator else list(principal.grants))
        grants = {one.policy.class_id: principal.grant(one.policy.class_id) or ALL for one in registered}
        return MyClasses(classes=[_view(one, grants[one.policy.class_id]) for one in registered])

    @router.post("", status_code=201, summary="Register a class", responses=CONFLICT)
    def register(principal: AnyPrincipal, body: NewClass) -> MyClass:
        policy = ClassPolicy(**body.model_dump(exclude={"title", "ends_on"}))
        new = RegisteredClass(body.title or body.class_id, policy, body.ends_on)
        classes.create(new, principal)
        return _view(new, ALL)

    @router.get("/{classId}", summary="Read a class's settings", responses=UNKNOWN)
    def read_class(class_id: ClassId, access: Annotated[ClassAccess, Depends(class_access_of(caller))]) -> MyClass:
        return _view(classes.read(class_id), access.grant)

    @router.patch("/{classId}", summary="Change a class's settings", responses=UNKNOWN)
    def change(
        class_id: ClassId, access: Annotated[ClassAccess, Depends(_access_with(caller, _manages))], body: ClassChange
    ) -> MyClass:
        changes = body.model_dump(mode="json", exclude_none=True, exclude={"revoke_student_tokens", "ends_on"})
        # Null removes the last day; a body without the field leaves it as it is.
        if "ends_on" in body.model_fields_set:
            changes["ends_on"] = body.ends_on
        changed = classes.change(class_id, changes, revoke_student_tokens=body.revoke_student_tokens)
        return _view(changed, access.grant)

    return router


def _members(classes: Classes, caller: Caller) -> APIRouter:
    appointing = [Depends(_access_with(caller, lambda grant: grant.appoints))]
    router = APIRouter(prefix="/classes/{classId}/members", responses=UNKNOWN)

    @router.get("", summary="List the members", dependencies=[Depends(_access_with(caller, _manages))])
    def read_members(class_id: ClassId) -> MemberList:
        classes.read(class_id)
        members = classes.repository.members(class_id)
        return MemberList(
            members=[MemberView(email=one.email, role=one.grant.role, team_name=one.grant.team_name) for one in members]
        )

    @router.put("/{email}", status_code=204, summary="Appoint a member", dependencies=appointing, responses=CONFLICT)
    def appoint(class_id: ClassId, email: EmailInPath, body: Appointment) -> None:
        if body.team_name is not None and body.role is not Role.ASSISTANT:
            raise InvalidRequest(TEAM_NOT_ALLOWED)
        classes.appoint(class_id, email, Grant(body.role, body.team_name or None))

    @router.delete("/{email}", status_code=204, summary="Dismiss a member", dependencies=appointing, responses=CONFLICT)
    def dismiss(class_id: ClassId, email: EmailInPath) -> None:
        classes.appoint(class_id, email, None)

    return router


def _keys(classes: Classes, caller: Caller) -> APIRouter:
    managing = [Depends(_access_with(caller, _manages))]
    router = APIRouter(prefix="/classes/{classId}/keys", dependencies=managing, responses=UNKNOWN)

    @router.get("", summary="List the keys")
    def read_keys(class_id: ClassId) -> KeyList:
        classes.read(class_id)
        return KeyList(keys=[KeyView(**_key(stored)) for stored in classes.repository.keys(class_id)])

    @router.post("", status_code=201, summary="Create a key")
    def make_key(class_id: ClassId, body: KeyWish) -> NewKey:
        overlap = timedelta(seconds=body.overlap_seconds)
        key, stored = classes.make_key(class_id, body.expires_at, body.replaces, overlap, in_path=body.in_path)
        return NewKey(**_key(stored), key=key, path=keyed_path(key) if body.in_path else None)

    @router.delete("/{keyId}", status_code=204, summary="Revoke a key")
    def revoke_key(class_id: ClassId, key_id: Annotated[int, Path(alias="keyId", ge=1, le=MOST_KEY_ID)]) -> None:
        classes.revoke_key(class_id, key_id)

    return router


def _roster(classes: Classes, caller: Caller) -> APIRouter:
    managing = [Depends(_access_with(caller, _manages))]
    router = APIRouter()

    @router.get("/classes/{classId}/roster", summary="Read the roster", dependencies=managing, responses=UNKNOWN)
    def read_roster(class_id: ClassId) -> Roster:
        classes.read(class_id)
        return Roster(
            students=[RosterLine.model_validate(vars(entry)) for entry in classes.repository.roster(class_id)]
        )

    @router.put(
        "/classes/{classId}/roster", summary="Replace the roster", dependencies=managing, responses=UNKNOWN | TOO_LARGE
    )
    def replace_roster(class_id: ClassId, body: CsvRoster | JsonRoster) -> Imported:
        if isinstance(body, CsvRoster):
            students = read_csv(body.csv)
        else:
            lines = enumerate(body.students)
            students = checked([(f"students[{at}]", _student(line)) for at, line in lines])
        change = classes.replace_roster(class_id, students)
        return Imported(added=change.added, changed=change.changed, removed=change.removed)

    return router


def _manages(grant: Grant) -> bool:
    return grant.manages


def _student(line: StudentLine) -> Student:
    return Student(line.user_id, line.user_name or None, line.team_name or None)


def _view(registered: RegisteredClass, grant: Grant) -> MyClass:
    policy = registered.policy.model_dump(exclude={"tokens_from"})
    return MyClass(
        **policy, title=registered.title, ends_on=registered.ends_on, role=grant.role, team_name=grant.team_name
    )


def _key(stored: StoredKey) -> dict[str, Any]:
    return vars(stored)
