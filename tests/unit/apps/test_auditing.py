"""Which requests the audit log records, and what of them."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from classpulse.apps.auditing import ACTIONS, Auditing, action_of
from classpulse.apps.openapi import document
from classpulse.core.errors import StoreUnavailable
from classpulse.core.http import make_app
from classpulse.identity.access import Access
from classpulse.identity.callers import ClassAccess, ClassId, UserId, caller_of, class_access_of
from classpulse.identity.model import Grant, Principal, Role, SignIn
from classpulse.identity.tokens import JwtTokens
from classpulse.records.audit import AuditEntry
from fastapi import APIRouter, Depends, FastAPI
from starlette.exceptions import HTTPException

from tests.fakes.audit import MemoryAuditLog
from tests.fakes.identity import MemoryGrants

OPERATOR_TOKEN = "the-operators-token-of-the-tests"
TOKENS = JwtTokens(["a-signing-key-of-the-tests-0123456789"])
NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
SIGN_IN = SignIn("00000000-0000-4000-8000-000000000001", NOW + timedelta(days=1))
# They read or change the caller's own sign-in, or are answered to a notebook.
NOT_ABOUT_OTHERS = ("/api/v1/session", "/api/v1/events", "/api/v1/keyed/", "/api/v1/me/")


class Scene:
    """An app with three routes, and its audit log."""

    def __init__(self) -> None:
        self.log = MemoryAuditLog(lambda: NOW)
        grants = MemoryGrants()
        grants.accounts = {7: {"python-1": Grant(Role.INSTRUCTOR)}}
        caller = caller_of(Access(OPERATOR_TOKEN, TOKENS, grants, lambda: NOW))
        access: Any = Depends(class_access_of(caller))
        self.app = make_app("tests")
        students, managed = APIRouter(), APIRouter(prefix="/classes/{classId}")

        @students.get("/students/{userId}")
        def look(class_id: ClassId, user_id: UserId, access: ClassAccess = access) -> str:
            if user_id == "nobody":
                raise HTTPException(404)
            return "progress"

        @managed.post("/student-tokens")
        def tokens(class_id: ClassId, body: dict[str, Any], access: ClassAccess = access) -> str:
            return "tokens"

        @managed.delete("/something-new")
        def new(class_id: ClassId, access: ClassAccess = access) -> str:
            return "done"

        # Nested, as the routes of the functions are.
        for router, prefix in ((students, "/api/v1/classes/{classId}"), (managed, "/api/v1/manage")):
            outer = APIRouter(prefix=prefix)
            outer.include_router(router)
            self.app.include_router(outer)
        self.app.add_middleware(Auditing, log=self.log)

    def request(self, method: str, path: str, account: bool = True, **options: Any) -> httpx.Response:
        token = TOKENS.access(Principal(7, "Grace"), SIGN_IN, NOW) if account else OPERATOR_TOKEN
        headers = {"authorization": f"Bearer {token}"}

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                return await client.request(method, path, headers=headers, **options)

        return asyncio.run(ask())

    @property
    def entries(self) -> list[AuditEntry]:
        return [one.entry for one in self.log.read(None, None, 99)][::-1]


def test_every_operation_that_reads_a_student_or_changes_anything_is_recorded() -> None:
    for path, operations in document()["paths"].items():
        for method in operations:
            about_a_student = "{userId}" in path or path.endswith(("/roster", "/events"))
            if path.startswith(NOT_ABOUT_OTHERS) or (method == "get" and not about_a_student):
                continue
            assert action_of(method.upper(), path) is not None, f"{method} {path}"


def test_the_table_names_existing_routes() -> None:
    known = {(method.upper(), path) for path, of in document()["paths"].items() for method in of}
    assert set(ACTIONS) <= known


def test_a_look_at_a_student_is_one_entry_with_its_actor() -> None:
    scene = Scene()
    for account in (True, True, False):
        assert scene.request("GET", "/api/v1/classes/python-1/students/~YS9i", account).text == '"progress"'
    assert scene.entries == [
        AuditEntry("Grace (account 7)", "student.look", "python-1", "a/b"),
        AuditEntry("operator", "student.look", "python-1", "a/b"),
    ]


@pytest.mark.parametrize("path", ["python-2/students/ada", "python-1/students/nobody"])
def test_what_was_refused_is_not_recorded(path: str) -> None:
    scene = Scene()
    assert scene.request("GET", f"/api/v1/classes/{path}").status_code == 404
    assert scene.entries == []


def test_each_student_of_a_request_has_an_entry_and_secrets_have_none() -> None:
    scene = Scene()
    body = {"userIds": ["ada", "bob"], "days": 3, "password": "secret"}
    assert scene.request("POST", "/api/v1/manage/classes/python-1/student-tokens", json=body).status_code == 200
    scene.request("POST", "/api/v1/manage/classes/python-1/student-tokens", json={"userIds": None})
    actor = "Grace (account 7)"
    assert scene.entries == [
        AuditEntry(actor, "token.create", "python-1", "ada", {"days": 3}),
        AuditEntry(actor, "token.create", "python-1", "bob", {"days": 3}),
        AuditEntry(actor, "token.create", "python-1"),
    ]


def test_a_change_that_has_no_name_yet_is_recorded_by_its_path() -> None:
    scene = Scene()
    scene.request("DELETE", "/api/v1/manage/classes/python-1/something-new")
    [entry] = scene.entries
    assert entry.action == "DELETE /api/v1/manage/classes/{classId}/something-new"
    assert entry.class_id == "python-1"


def test_what_cannot_be_recorded_is_not_answered() -> None:
    class Unavailable(MemoryAuditLog):
        def record(self, entry: AuditEntry, *, once_in_minutes: int = 0) -> None:
            raise StoreUnavailable("PostgreSQL is unreachable")

    scene = Scene()
    wrapped = FastAPI()
    wrapped.mount("/", Auditing(scene.app, Unavailable(lambda: NOW)))
    scene.app = wrapped
    answer = scene.request("GET", "/api/v1/classes/python-1/students/ada")
    assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
    assert "progress" not in answer.text
