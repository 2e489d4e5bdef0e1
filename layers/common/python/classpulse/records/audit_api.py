"""Routes that read the audit log and the proofs of retention."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi import Query as Parameter
from pydantic import AwareDatetime
from starlette.exceptions import HTTPException

from classpulse.core.http import Bearer
from classpulse.core.wire import WireModel
from classpulse.identity.callers import PROBLEMS, ClassAccess, ClassId, class_access_of
from classpulse.identity.model import Principal
from classpulse.records.audit import AuditLog, RecordedEntry, RetentionRun

Before = Annotated[int | None, Parameter(ge=1, le=2**53, description="`next` of the previous page")]
Limit = Annotated[int, Parameter(ge=1, le=500)]


class AuditLine(WireModel):
    """Who did what about whom. subject: a user id or an address; of an erased student, a keyed hash."""

    at: AwareDatetime
    actor: str
    action: str
    class_id: str | None
    subject: str | None
    detail: Mapping[str, Any]


class AuditPage(WireModel):
    """Entries, newest first; next: `before` of the next page, null on the last."""

    entries: list[AuditLine]
    next: int | None


class RetentionLine(WireModel):
    """A run of retention: what was older than `before` was removed; null: that kind is kept without limit."""

    at: AwareDatetime
    kind: str
    before: AwareDatetime | None
    removed: int
    seconds: float


class RetentionProof(WireModel):
    """last: the latest run of each kind of data. runs: the latest runs, newest first."""

    last: list[RetentionLine]
    runs: list[RetentionLine]


def make_audit_router(log: AuditLog, caller: Callable[[Bearer], Principal]) -> APIRouter:
    """Return the routes."""
    refusals: dict[int | str, dict[str, Any]] = {status: PROBLEMS[status] for status in (401, 403, 422, 503)}
    router = APIRouter(prefix="/api/v1/manage", tags=["manage"], responses=refusals)

    def operator(principal: Annotated[Principal, Depends(caller)]) -> None:
        if not principal.is_operator:
            raise HTTPException(403)

    @router.get("/classes/{classId}/audit", summary="Read who did what in a class", responses={404: PROBLEMS[404]})
    def read_audit_of_class(
        class_id: ClassId,
        access: Annotated[ClassAccess, Depends(class_access_of(caller))],
        before: Before = None,
        limit: Limit = 100,
    ) -> AuditPage:
        if not access.grant.appoints:
            raise HTTPException(403)
        return _page(log.read(class_id, before, limit + 1), limit)

    @router.get("/audit", summary="Read who did what in all classes", dependencies=[Depends(operator)])
    def read_audit(before: Before = None, limit: Limit = 100) -> AuditPage:
        return _page(log.read(None, before, limit + 1), limit)

    @router.get("/retention", summary="Read what retention has removed, and when", dependencies=[Depends(operator)])
    def read_retention(limit: Limit = 100) -> RetentionProof:
        return RetentionProof(last=[_run(run) for run in log.last_runs()], runs=[_run(run) for run in log.runs(limit)])

    return router


def _page(found: list[RecordedEntry], limit: int) -> AuditPage:
    entries = [
        AuditLine(
            at=one.at,
            actor=one.entry.actor,
            action=one.entry.action,
            class_id=one.entry.class_id,
            subject=one.entry.subject,
            detail=one.entry.detail,
        )
        for one in found[:limit]
    ]
    return AuditPage(entries=entries, next=found[limit - 1].entry_id if len(found) > limit else None)


def _run(run: RetentionRun) -> RetentionLine:
    return RetentionLine(**vars(run))
