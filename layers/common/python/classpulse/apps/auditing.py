"""ASGI middleware that records in the audit log what a route has done: after its work, before its answer.

A route of /api/v1/manage that changes something is recorded without an entry in ACTIONS too. What cannot be recorded is
not answered: the response is then a 503.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from fastapi.routing import iter_route_contexts
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from classpulse.core.errors import TransientError
from classpulse.core.problems import RETRY_AFTER_SECONDS, ErrorCode, Problem
from classpulse.identity.callers import decoded
from classpulse.identity.model import Principal
from classpulse.records.audit import OPERATOR, STUDENT, AuditEntry, AuditLog

# A dashboard reads an open page again and again: within so many minutes, that is one look.
LOOK_MINUTES = 15
MOST_BODY_BYTES = 1_100_000
NOT_RECORDED = Problem(ErrorCode.STORE_UNAVAILABLE, "the audit log is unavailable: try again later")


@dataclass(frozen=True)
class Action:
    """How a route is recorded.

    subjects: the parameter or field of the body that names whom it is about; one entry each. detail: fields of the body
    to keep, none of which names a student. always: false if only a request that names a subject is a look at somebody.
    """

    name: str
    subject: str | None = None
    detail: frozenset[str] = field(default=frozenset())
    look: bool = False
    always: bool = True


SETTINGS = frozenset({"title", "privacy", "pseudonymous", "redact", "studentsOnly", "revokeStudentTokens", "endsOn"})
KEY = frozenset({"inPath", "expiresAt", "replaces", "overlapSeconds"})
_CLASS, _MANAGE = "/api/v1/classes/{classId}", "/api/v1/manage"
_STUDENT, _OF_CLASS = f"{_CLASS}/students/{{userId}}", f"{_MANAGE}/classes/{{classId}}"
ACTIONS: Mapping[tuple[str, str], Action] = {
    ("GET", _STUDENT): Action("student.look", "userId", look=True),
    ("GET", f"{_STUDENT}/timeline"): Action("student.look", "userId", look=True),
    ("GET", f"{_CLASS}/events"): Action("class.export", "userId", look=True),
    ("GET", f"{_CLASS}/activity"): Action("student.look", "userId", look=True, always=False),
    ("POST", f"{_STUDENT}/attention"): Action("student.attend", "userId", frozenset({"action"})),
    ("GET", f"{_OF_CLASS}/roster"): Action("roster.look", look=True),
    ("GET", "/api/v1/me/data"): Action("student.export-own", look=True),
    ("POST", "/api/v1/me/withdraw"): Action("student.withdraw", detail=frozenset({"level"})),
    ("POST", "/api/v1/session/links"): Action("link.create", "email"),
    ("POST", f"{_MANAGE}/accounts"): Action("account.create", "email"),
    ("DELETE", f"{_MANAGE}/accounts/{{email}}"): Action("account.disable", "email"),
    ("PATCH", f"{_MANAGE}/accounts/{{email}}"): Action("account.change", "email", frozenset({"mayCreateClasses"})),
    ("DELETE", f"{_MANAGE}/accounts/{{email}}/sign-ins"): Action("account.end-sign-ins", "email"),
    ("POST", f"{_MANAGE}/classes"): Action("class.create", detail=SETTINGS),
    ("PATCH", _OF_CLASS): Action("class.change", detail=SETTINGS),
    ("PUT", f"{_OF_CLASS}/members/{{email}}"): Action("member.appoint", "email", frozenset({"role", "teamName"})),
    ("DELETE", f"{_OF_CLASS}/members/{{email}}"): Action("member.dismiss", "email"),
    ("POST", f"{_OF_CLASS}/keys"): Action("key.create", detail=KEY),
    ("DELETE", f"{_OF_CLASS}/keys/{{keyId}}"): Action("key.revoke", "keyId"),
    ("PUT", f"{_OF_CLASS}/roster"): Action("roster.replace"),
    ("POST", f"{_OF_CLASS}/student-tokens"): Action("token.create", "userIds", frozenset({"days", "keepTokens"})),
    ("POST", f"{_OF_CLASS}/personal-codes"): Action("code.create", "userIds", frozenset({"days", "keepTokens"})),
    ("GET", f"{_OF_CLASS}/guests"): Action("guests.look", look=True),
    ("PUT", f"{_OF_CLASS}/guests/{{userId}}"): Action("guest.link", "userId"),
    ("DELETE", f"{_OF_CLASS}/guests/{{userId}}"): Action("guest.remove", "userId"),
    ("POST", f"{_MANAGE}/join"): Action("student.join"),
}


def action_of(method: str, path: str) -> Action | None:
    """Return how a route is recorded; None: it is not."""
    if (action := ACTIONS.get((method, path))) is not None:
        return action
    return Action(f"{method} {path}") if method != "GET" and path.startswith(f"{_MANAGE}/") else None


class Auditing:
    """See the module."""

    def __init__(self, app: ASGIApp, log: AuditLog) -> None:
        self._app = app
        self._log = log
        self._paths: dict[object, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app; record the request between its work and its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = bytearray()
        refused = False

        async def noting_receive() -> Message:
            message = await receive()
            if len(body) <= MOST_BODY_BYTES:
                body.extend(message.get("body", b""))
            return message

        async def recording_send(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and message["status"] < 400:
                try:
                    await run_in_threadpool(self._record, scope, bytes(body))
                except TransientError:
                    refused = True
                    answer = JSONResponse(asdict(NOT_RECORDED), 503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
                    await answer(scope, receive, send)
            if not refused:
                await send(message)

        await self._app(scope, noting_receive, recording_send)

    def _path_of(self, scope: Scope) -> str:
        """Return the complete path of the route that was taken; the route itself knows its part of it only."""
        if not self._paths:
            self._paths = {found.endpoint: found.path or "" for found in iter_route_contexts(scope["app"].routes)}
        return self._paths.get(scope.get("endpoint"), "")

    def _record(self, scope: Scope, body: bytes) -> None:
        action = action_of(scope["method"], self._path_of(scope))
        if action is None:
            return
        request = Request(scope)
        in_path = {name: decoded(value, len(value)) for name, value in request.path_params.items()}
        parameters = {**_json(body), **request.query_params, **in_path}
        subjects = _subjects(parameters.get(action.subject or ""))
        if not subjects and not action.always:
            return
        detail = {name: value for name, value in parameters.items() if name in action.detail}
        class_id = getattr(request.state, "audited_class", None) or parameters.get("classId")
        own: str | None = getattr(request.state, "audited_subject", None)
        named: list[str | None] = [*subjects] or [own]
        actor = _actor(request)
        entries = [AuditEntry(actor, action.name, _text(class_id), subject, detail) for subject in named]
        if action.look:
            for entry in entries:
                self._log.record(entry, once_in_minutes=LOOK_MINUTES)
        else:
            self._log.record_all(entries)


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _subjects(value: object) -> list[str]:
    if isinstance(value, list):
        return [str(item) for item in value]
    return [] if value is None else [str(value)]


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _actor(request: Request) -> str:
    principal: Principal | None = getattr(request.state, "principal", None)
    if principal is None:
        return STUDENT
    return OPERATOR if principal.is_operator else f"{principal.name} (account {principal.account_id})"
