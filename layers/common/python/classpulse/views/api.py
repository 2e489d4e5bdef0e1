"""/api/v1/classes: what dashboards, scripts and exports read, and what teachers do about students."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi import Query as Parameter
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from classpulse.core.http import Bearer
from classpulse.core.problems import Problem
from classpulse.identity.callers import PROBLEMS, ClassAccess, ClassId, UserId, class_access_of
from classpulse.identity.model import Principal
from classpulse.ingest.events import EARLIEST, STORABLE, EventTime
from classpulse.progress.attend import Attend
from classpulse.progress.attending import MOST_OF_A_NAME, AttentionChange, Claim
from classpulse.progress.model import StudentProgress, of_team
from classpulse.series.model import SeriesFilter, minute_of
from classpulse.views.model import (
    Activity,
    Classes,
    ClassState,
    CommonErrors,
    Difficulty,
    Facts,
    Grid,
    Notebooks,
    Pace,
    StoredEvent,
    StudentState,
    Timeline,
)
from classpulse.views.service import Query

LONGEST_MINUTES = 24 * 60
MINUTE = timedelta(minutes=1)
# What takes any moment but a whole minute to the next one.
ALMOST_A_MINUTE = MINUTE - timedelta(microseconds=1)


Notebook = Annotated[str, Parameter(min_length=1, max_length=512, pattern=STORABLE)]
AnyNotebook = Annotated[
    str | None, Parameter(max_length=512, pattern=STORABLE, description="only this notebook's events")
]
CellId = Annotated[str | None, Parameter(alias="cellId", max_length=256, pattern=STORABLE)]
Cursor = Annotated[str | None, Parameter(max_length=300, pattern=STORABLE, description="`next` of the page before")]
AnyUser = Annotated[str | None, Parameter(alias="userId", max_length=256, pattern=STORABLE)]
AnyTeam = Annotated[str | None, Parameter(max_length=256, pattern=STORABLE, description="only this team's students")]
Time = Annotated[EventTime | None, Parameter(description="RFC 3339 with zone; of the events")]
UNKNOWN_STUDENT: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "nothing of this student in this class"}
}
CLAIMED: dict[int | str, dict[str, Any]] = {409: {"model": Problem, "description": "another teacher has claimed it"}}


@dataclass(frozen=True)
class Span:
    """Whole minutes [start, end)."""

    start: datetime
    end: datetime

    @property
    def minutes(self) -> int:
        """How many there are."""
        return (self.end - self.start) // MINUTE


def not_valid(*names: str) -> RequestValidationError:
    """Return the 422 that names the parameters."""
    return RequestValidationError([{"loc": ("query", name)} for name in names])


def make_views_router(query: Query, attend: Attend, caller: Callable[[Bearer], Principal]) -> APIRouter:
    """Return the routes under /api/v1/classes."""
    access_to_class = class_access_of(caller)
    AnyAccess = Annotated[ClassAccess, Depends(access_to_class)]  # noqa: N806 - a type
    router = APIRouter(prefix="/api/v1/classes", responses=PROBLEMS, tags=["query"])

    @router.get("", summary="List the classes that one may see")
    def list_classes(principal: Annotated[Principal, Depends(caller)]) -> Classes:
        found = [line for line in query.reader.read_classes() if principal.grant(line.class_id)]
        return Classes.model_validate({"classes": found})

    @router.get("/{classId}/progress", summary="Read a class as it is, or as it was")
    def read_class(
        class_id: ClassId,
        access: AnyAccess,
        since: Annotated[int | None, Parameter(ge=0, le=2**53, description="what changed after this revision")] = None,
        start: Time = None,
        at: Time = None,
    ) -> ClassState:
        if at is None:
            found = query.reader.read_class(class_id, since)
        else:
            found = query.views.read_class_at(class_id, start or EARLIEST, at)
        students = of_team(found.students, access.team_name)
        return ClassState(class_id=class_id, revision=found.revision, students=students)

    @router.get("/{classId}/students/{userId}", summary="Read a student, cell by cell", responses=UNKNOWN_STUDENT)
    def read_student(class_id: ClassId, user_id: UserId, access: AnyAccess) -> StudentState:
        found = query.reader.read_student(class_id, user_id)
        if found is None or access.team_name not in (None, found[0].team_name):
            raise HTTPException(404)
        student, cells = found
        return StudentState(**dict(student), cells=cells)

    @router.get("/{classId}/events", summary="Read the stored events, page by page", response_model_exclude_unset=True)
    def read_events(
        class_id: ClassId,
        access: AnyAccess,
        after: Annotated[int, Parameter(ge=0, le=2**53, description="`next` of the page before")] = 0,
        limit: Annotated[int, Parameter(ge=1, le=1000)] = 100,
        user_id: AnyUser = None,
    ) -> Facts:
        page = query.reader.read_facts(class_id, after, limit, [user_id] if user_id else [], access.team_name)
        return Facts(events=[StoredEvent.model_validate(event) for event in page.events], next=page.next)

    router.include_router(_of_class(query, access_to_class))
    router.include_router(_of_student(query, attend, access_to_class))
    return router


def _of_class(query: Query, access_to_class: Callable[..., ClassAccess]) -> APIRouter:
    router = APIRouter(dependencies=[Depends(access_to_class)])
    AnyAccess = Annotated[ClassAccess, Depends(access_to_class)]  # noqa: N806 - a type
    span_of = _span_of(query)
    AnySpan = Annotated[Span, Depends(span_of)]  # noqa: N806 - a type

    def short(span: AnySpan) -> Span:
        if span.minutes > LONGEST_MINUTES:
            raise not_valid("start", "end")
        return span

    ShortSpan = Annotated[Span, Depends(short)]  # noqa: N806 - a type

    @router.get("/{classId}/activity", summary="Read a class, minute by minute")
    def read_activity(
        class_id: ClassId,
        access: AnyAccess,
        span: ShortSpan,
        *,
        notebook: AnyNotebook = None,
        cell_id: CellId = None,
        user_id: AnyUser = None,
        team: AnyTeam = None,
    ) -> Activity:
        must_see(query, access, class_id, user_id)
        only = SeriesFilter(notebook, cell_id, (user_id,) if user_id else None)
        minutes = query.activity(class_id, span.start, span.end, only, access.team_name or team or None)
        return Activity(class_id=class_id, minutes=minutes)

    @router.get("/{classId}/notebooks", summary="List the notebooks of a class")
    def list_notebooks(class_id: ClassId) -> Notebooks:
        return Notebooks(class_id=class_id, notebooks=query.views.read_notebooks(class_id))

    @router.get("/{classId}/grid", summary="Read students by cells of a notebook, as they are or as they were")
    def read_grid(
        class_id: ClassId, access: AnyAccess, notebook: Notebook, start: Time = None, at: Time = None
    ) -> Grid:
        return query.grid(class_id, notebook, (start or EARLIEST, at) if at else None, access.team_name)

    @router.get("/{classId}/errors", summary="Read the errors that students share, newest first")
    def read_errors(
        class_id: ClassId, access: AnyAccess, span: AnySpan, notebook: AnyNotebook = None, team: AnyTeam = None
    ) -> CommonErrors:
        groups = query.views.read_errors(class_id, span.start, span.end, notebook, access.team_name or team or None)
        return CommonErrors(class_id=class_id, start=span.start, end=span.end, groups=groups)

    @router.get("/{classId}/pace", summary="Read how many cells the quartiles of a class have done")
    def read_pace(
        class_id: ClassId, access: AnyAccess, span: ShortSpan, notebook: Notebook, team: AnyTeam = None
    ) -> Pace:
        return query.views.read_pace(class_id, notebook, span.start, span.end, access.team_name or team or None)

    @router.get("/{classId}/difficulty", summary="Read how each cell went")
    def read_difficulty(
        class_id: ClassId, access: AnyAccess, span: AnySpan, notebook: AnyNotebook = None, team: AnyTeam = None
    ) -> Difficulty:
        cells = query.views.read_difficulty(class_id, span.start, span.end, notebook, access.team_name or team or None)
        return Difficulty(class_id=class_id, start=span.start, end=span.end, cells=cells)

    return router


def must_see(query: Query, access: ClassAccess, class_id: str, user_id: str | None) -> None:
    """Raise 404 for a student whom an assistant of another team asks for."""
    if (
        access.team_name is not None
        and user_id is not None
        and not query.is_in_team(class_id, user_id, access.team_name)
    ):
        raise HTTPException(404)


def _of_student(query: Query, attend: Attend, access_to_class: Callable[..., ClassAccess]) -> APIRouter:
    router = APIRouter()

    def access_to_student(
        class_id: ClassId, user_id: UserId, access: Annotated[ClassAccess, Depends(access_to_class)]
    ) -> ClassAccess:
        must_see(query, access, class_id, user_id)
        return access

    AnyAccess = Annotated[ClassAccess, Depends(access_to_student)]  # noqa: N806 - a type

    @router.get(
        "/{classId}/students/{userId}/timeline",
        summary="Read a student's events, newest first",
        response_model_exclude_unset=True,
        dependencies=[Depends(access_to_student)],
        responses=UNKNOWN_STUDENT,
    )
    def read_timeline(
        class_id: ClassId,
        user_id: UserId,
        *,
        limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
        before: Cursor = None,
        notebook: AnyNotebook = None,
        cell_id: CellId = None,
    ) -> Timeline:
        return query.views.read_timeline(class_id, user_id, limit, before, notebook_path=notebook, cell_id=cell_id)

    @router.post(
        "/{classId}/students/{userId}/attention",
        summary="Claim, release, resolve or snooze a student, or leave a note",
        responses=UNKNOWN_STUDENT | CLAIMED,
    )
    def change_attention(
        class_id: ClassId, user_id: UserId, access: AnyAccess, change: AttentionChange
    ) -> StudentProgress:
        student = attend(class_id, user_id, signed(change, access.principal))
        if student is None:
            raise HTTPException(404)
        return student

    return router


def signed(change: AttentionChange, principal: Principal) -> AttentionChange:
    """Return the change in the name of who makes it; the operator has none, so what it types counts."""
    if isinstance(change, Claim) and not principal.is_operator:
        return change.model_copy(update={"by": principal.name[:MOST_OF_A_NAME]})
    return change


def _span_of(query: Query) -> Callable[..., Span]:
    """Return the dependency that reads the requested minutes: [start, end), or the newest ones."""

    def span_of(
        start: Time = None,
        end: Time = None,
        minutes: Annotated[int, Parameter(ge=1, le=LONGEST_MINUTES, description="without `start`: the last ones")] = 60,
    ) -> Span:
        last = minute_of(end + ALMOST_A_MINUTE) if end else minute_of(query.clock()) + MINUTE
        first = minute_of(start) if start else last - timedelta(minutes=minutes)
        if first >= last:
            raise not_valid("start", "end")
        return Span(first, last)

    return span_of
