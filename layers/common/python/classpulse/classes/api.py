"""/api/v1/manage: accounts, classes, members, keys, rosters, students' tokens."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import AwareDatetime, Field, StrictBool
from starlette.exceptions import HTTPException

from classpulse.classes.ports import RegisteredClass, StoredKey
from classpulse.classes.rosters import LONGEST, MOST_STUDENTS, Student, checked, read_csv
from classpulse.classes.service import Classes
from classpulse.core.errors import InvalidRequest
from classpulse.core.http import Bearer
from classpulse.core.privacy_level import PrivacyLevel
from classpulse.identity.api import Body
from classpulse.identity.callers import PROBLEMS, UNAUTHENTICATED, ClassAccess, ClassId, Problem, class_access_of
from classpulse.identity.model import ALL, Grant, Principal, Role
from classpulse.identity.service import SHORTEST_PASSWORD
from classpulse.ingest.events import STORABLE
from classpulse.ingest.privacy import ClassPolicy

Caller = Callable[[Bearer], Principal]
Email = Annotated[str, Field(min_length=3, max_length=320, pattern=r"^[^@\s\x00]+@[^@\s\x00]+$")]
AnyEmail = Annotated[str, Path(min_length=1, max_length=320, pattern=STORABLE)]
Name = Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=STORABLE)]
AnyName = Annotated[str | None, Field(max_length=LONGEST, pattern=STORABLE)]
Id = Annotated[str, Field(min_length=1, max_length=128, pattern=STORABLE)]
CONFLICT: dict[int | str, dict[str, Any]] = {409: {"model": Problem, "description": "what is there stands against it"}}
UNKNOWN: dict[int | str, dict[str, Any]] = {404: PROBLEMS[404]}
MOST_KEY_ID = 2**62


class NewAccount(Body):
    """Without a password it signs in by a link or at the university."""

    email: Email
    name: Name
    password: Annotated[str | None, Field(min_length=SHORTEST_PASSWORD, max_length=1024)] = None


class AccountView(Body):
    """Somebody who can sign in."""

    email: str
    name: str
    disabled: bool


class AccountList(Body):
    """The accounts."""

    accounts: list[AccountView]


class Settings(Body):
    """What a class decides, with what holds if nothing is said."""

    title: Name
    privacy: PrivacyLevel = PrivacyLevel.FULL
    pseudonymous: StrictBool = False
    redact: StrictBool = True
    students_only: StrictBool = False


class NewClass(Settings):
    """A class to be registered; title: its id, if nothing is said."""

    class_id: Id
    title: AnyName = None  # type: ignore[assignment]


class ClassChange(Body):
    """What is left out, or null, stays; revokeStudentTokens: no token that was issued until now counts any more."""

    title: Annotated[str | None, Field(min_length=1, max_length=LONGEST, pattern=STORABLE)] = None
    privacy: PrivacyLevel | None = None
    pseudonymous: StrictBool | None = None
    redact: StrictBool | None = None
    students_only: StrictBool | None = None
    revoke_student_tokens: StrictBool = False


class MyClass(Settings):
    """A class, and what who asks is in it; teamName: it sees this team alone."""

    class_id: str
    role: Role
    team_name: str | None


class MyClasses(Body):
    """The classes of who asks."""

    classes: list[MyClass]


class Appointment(Body):
    """teamName: an assistant of this team alone."""

    role: Role
    team_name: AnyName = None


class MemberView(Appointment):
    """Who has a role in the class."""

    email: str
    name: str


class MemberList(Body):
    """The members."""

    members: list[MemberView]


class KeyWish(Body):
    """replaces: the keyId of the key that ends overlapSeconds from now."""

    expires_at: AwareDatetime | None = None
    replaces: Annotated[int | None, Field(ge=1, le=MOST_KEY_ID, strict=True)] = None
    overlap_seconds: Annotated[int, Field(ge=0, le=90 * 24 * 60 * 60, strict=True)] = 0


class KeyView(Body):
    """What is kept of a key; hint: its last characters."""

    key_id: int
    hint: str
    created_at: AwareDatetime
    expires_at: AwareDatetime | None
    revoked_at: AwareDatetime | None


class NewKey(KeyView):
    """The only answer that holds the key itself."""

    key: str


class KeyList(Body):
    """The keys, newest first."""

    keys: list[KeyView]


class StudentLine(Body):
    """A student of a roster."""

    user_id: Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=STORABLE)]
    user_name: AnyName = None
    team_name: AnyName = None


class RosterLine(StudentLine):
    """pseudonym: what the class stores instead of userId, if it is pseudonymous."""

    pseudonym: str
    joined_at: AwareDatetime | None


class Roster(Body):
    """The students, by userId."""

    students: list[RosterLine]


class CsvRoster(Body):
    """CSV with the header userId,userName,teamName."""

    csv: Annotated[str, Field(max_length=1_000_000)]


class JsonRoster(Body):
    """The same as JSON."""

    students: Annotated[list[StudentLine], Field(max_length=MOST_STUDENTS)]


class Imported(Body):
    """What an import did."""

    added: int
    changed: int
    removed: int


class TokenWish(Body):
    """userIds: of these alone, else of the whole roster."""

    user_ids: Annotated[list[Name] | None, Field(max_length=MOST_STUDENTS)] = None
    days: Annotated[int, Field(ge=1, le=366, strict=True)] = 180


class TokenView(Body):
    """A student's own token."""

    user_id: str
    token: str


class TokenList(Body):
    """The students' tokens; nobody can read them again."""

    tokens: list[TokenView]


class Joined(Body):
    """The student's own token."""

    token: str


def make_classes_router(classes: Classes, caller: Caller) -> APIRouter:
    """Return the routes under /api/v1/manage."""
    refusals: dict[int | str, dict[str, Any]] = {status: PROBLEMS[status] for status in (401, 403, 422, 503)}
    router = APIRouter(prefix="/api/v1/manage", tags=["manage"], responses=refusals)
    router.include_router(_accounts(classes, caller))
    router.include_router(_classes(classes, caller))
    router.include_router(_members(classes, caller))
    router.include_router(_keys(classes, caller))
    router.include_router(_students(classes, caller))
    return router


def _in_class(caller: Caller, may: Callable[[Grant], bool]) -> Callable[..., ClassAccess]:
    any_access = class_access_of(caller)

    def access_in_class(access: Annotated[ClassAccess, Depends(any_access)]) -> ClassAccess:
        if not may(access.grant):
            raise HTTPException(403)
        return access

    return access_in_class


def _accounts(classes: Classes, caller: Caller) -> APIRouter:
    def operator(principal: Annotated[Principal, Depends(caller)]) -> None:
        if not principal.is_operator:
            raise HTTPException(403)

    router = APIRouter(prefix="/accounts", dependencies=[Depends(operator)])

    @router.get("", summary="List the accounts")
    def read_accounts() -> AccountList:
        found = classes.accounts.all()
        return AccountList(accounts=[AccountView(email=a.email, name=a.name, disabled=a.disabled) for a in found])

    @router.post("", status_code=201, summary="Make an account", responses=CONFLICT)
    def create_account(body: NewAccount) -> AccountView:
        account = classes.create_account(body.email, body.name, body.password)
        return AccountView(email=account.email, name=account.name, disabled=False)

    @router.delete("/{email}", status_code=204, summary="Disable an account", responses=UNKNOWN)
    def disable_account(email: AnyEmail) -> None:
        classes.disable_account(email)

    return router


def _classes(classes: Classes, caller: Caller) -> APIRouter:
    router = APIRouter(prefix="/classes")
    Asking = Annotated[Principal, Depends(caller)]  # noqa: N806 - a type

    @router.get("", summary="List one's classes")
    def read_classes(principal: Asking) -> MyClasses:
        found = classes.register.read(None if principal.is_operator else list(principal.grants))
        grants = {one.policy.class_id: principal.grant(one.policy.class_id) or ALL for one in found}
        return MyClasses(classes=[_view(one, grants[one.policy.class_id]) for one in found])

    @router.post("", status_code=201, summary="Register a class", responses=CONFLICT)
    def register(principal: Asking, body: NewClass) -> MyClass:
        policy = ClassPolicy(**body.model_dump(exclude={"title"}))
        found = RegisteredClass(body.title or body.class_id, policy)
        classes.create(found, principal)
        return _view(found, ALL)

    @router.get("/{classId}", summary="Read a class's settings", responses=UNKNOWN)
    def read_class(class_id: ClassId, access: Annotated[ClassAccess, Depends(class_access_of(caller))]) -> MyClass:
        return _view(classes.read(class_id), access.grant)

    @router.patch("/{classId}", summary="Change a class's settings", responses=UNKNOWN)
    def change(
        class_id: ClassId, access: Annotated[ClassAccess, Depends(_in_class(caller, _manages))], body: ClassChange
    ) -> MyClass:
        changes = body.model_dump(mode="json", exclude_none=True, exclude={"revoke_student_tokens"})
        changed = classes.change(class_id, changes, revoke_student_tokens=body.revoke_student_tokens)
        return _view(changed, access.grant)

    return router


def _members(classes: Classes, caller: Caller) -> APIRouter:
    appointing = [Depends(_in_class(caller, lambda grant: grant.appoints))]
    router = APIRouter(prefix="/classes/{classId}/members", responses=UNKNOWN)

    @router.get("", summary="List the members", dependencies=[Depends(_in_class(caller, _manages))])
    def read_members(class_id: ClassId) -> MemberList:
        classes.read(class_id)
        found = classes.register.members(class_id)
        return MemberList(
            members=[
                MemberView(email=one.email, name=one.name, role=one.grant.role, team_name=one.grant.team_name)
                for one in found
            ]
        )

    @router.put("/{email}", status_code=204, summary="Appoint a member", dependencies=appointing, responses=CONFLICT)
    def appoint(class_id: ClassId, email: AnyEmail, body: Appointment) -> None:
        if body.team_name is not None and body.role is not Role.ASSISTANT:
            raise InvalidRequest("teamName: only an assistant can see one team alone; leave it out")
        classes.appoint(class_id, email, Grant(body.role, body.team_name or None))

    @router.delete("/{email}", status_code=204, summary="Dismiss a member", dependencies=appointing, responses=CONFLICT)
    def dismiss(class_id: ClassId, email: AnyEmail) -> None:
        classes.appoint(class_id, email, None)

    return router


def _keys(classes: Classes, caller: Caller) -> APIRouter:
    managing = [Depends(_in_class(caller, _manages))]
    router = APIRouter(prefix="/classes/{classId}/keys", dependencies=managing, responses=UNKNOWN)

    @router.get("", summary="List the keys")
    def read_keys(class_id: ClassId) -> KeyList:
        classes.read(class_id)
        return KeyList(keys=[KeyView(**_key(kept)) for kept in classes.register.keys(class_id)])

    @router.post("", status_code=201, summary="Make a key")
    def make_key(class_id: ClassId, body: KeyWish) -> NewKey:
        overlap = timedelta(seconds=body.overlap_seconds)
        key, kept = classes.make_key(class_id, body.expires_at, body.replaces, overlap)
        return NewKey(**_key(kept), key=key)

    @router.delete("/{keyId}", status_code=204, summary="Revoke a key")
    def revoke_key(class_id: ClassId, key_id: Annotated[int, Path(alias="keyId", ge=1, le=MOST_KEY_ID)]) -> None:
        classes.revoke_key(class_id, key_id)

    return router


def _students(classes: Classes, caller: Caller) -> APIRouter:
    managing = [Depends(_in_class(caller, _manages))]
    router = APIRouter()

    @router.get("/classes/{classId}/roster", summary="Read the roster", dependencies=managing, responses=UNKNOWN)
    def read_roster(class_id: ClassId) -> Roster:
        classes.read(class_id)
        return Roster(students=[RosterLine(**vars(entry)) for entry in classes.register.roster(class_id)])

    @router.put("/classes/{classId}/roster", summary="Replace the roster", dependencies=managing, responses=UNKNOWN)
    def replace_roster(class_id: ClassId, body: CsvRoster | JsonRoster) -> Imported:
        if isinstance(body, CsvRoster):
            students = read_csv(body.csv)
        else:
            lines = enumerate(body.students)
            students = checked([(f"students[{at}]", _student(line)) for at, line in lines])
        return Imported(**vars(classes.replace_roster(class_id, students)))

    @router.post(
        "/classes/{classId}/student-tokens", summary="Make students' tokens", dependencies=managing, responses=UNKNOWN
    )
    def student_tokens(class_id: ClassId, body: TokenWish) -> TokenList:
        made = classes.student_tokens(class_id, body.user_ids, body.days)
        return TokenList(tokens=[TokenView(user_id=user_id, token=token) for user_id, token in made])

    @router.post("/join", status_code=201, summary="Join a class with its key", responses=CONFLICT)
    def join(bearer: Bearer, body: StudentLine) -> Joined:
        if bearer is None:
            raise HTTPException(401, headers=UNAUTHENTICATED)
        return Joined(token=classes.join(bearer.credentials, _student(body)))

    return router


def _manages(grant: Grant) -> bool:
    return grant.manages


def _student(line: StudentLine) -> Student:
    return Student(line.user_id, line.user_name or None, line.team_name or None)


def _view(found: RegisteredClass, grant: Grant) -> MyClass:
    policy = found.policy.model_dump(exclude={"tokens_from"})
    return MyClass(**policy, title=found.title, role=grant.role, team_name=grant.team_name)


def _key(kept: StoredKey) -> dict[str, Any]:
    return vars(kept)
