"""/api/v1/classes: what dashboards, scripts and exports read, and how teachers attend to students."""

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
from classpulse.series.model import MINUTE, SeriesFilter, minute_of
from classpulse.views.model import (
    Absent,
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
# Added before rounding down to whole minutes, it rounds up.
ALMOST_A_MINUTE = MINUTE - timedelta(microseconds=1)


Notebook = Annotated[str, Parameter(min_length=1, max_length=512, pattern=STORABLE)]
AnyNotebook = Annotated[
    str | None, Parameter(max_length=512, pattern=STORABLE, description="only events of this notebook")
]
CellId = Annotated[str | None, Parameter(alias="cellId", max_length=256, pattern=STORABLE)]
SessionId = Annotated[
    str | None,
    Parameter(alias="sessionId", max_length=256, pattern=STORABLE, description="empty: events without a session id"),
]
Cursor = Annotated[str | None, Parameter(max_length=300, pattern=STORABLE, description="`next` of the previous page")]
AnyUser = Annotated[str | None, Parameter(alias="userId", max_length=256, pattern=STORABLE)]
AnyTeam = Annotated[str | None, Parameter(max_length=256, pattern=STORABLE, description="only students of this team")]
Time = Annotated[EventTime | None, Parameter(description="event time: RFC 3339 with a time zone")]
UNKNOWN_STUDENT: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "the class has no such student, or you may not see the student"}
}
CLAIMED: dict[int | str, dict[str, Any]] = {
    409: {"model": Problem, "description": "another teacher has claimed the student"}
}


@dataclass(frozen=True)
class Span:
    """A period of whole minutes, [start, end)."""

    start: datetime
    end: datetime

    @property
    def minutes(self) -> int:
        """The number of minutes."""
        return (self.end - self.start) // MINUTE


def not_valid(*names: str) -> RequestValidationError:
    """Return the error that answers 422 and names the parameters."""
    return RequestValidationError([{"loc": ("query", name)} for name in names])


def make_views_router(query: Query, attend: Attend, caller: Callable[[Bearer], Principal]) -> APIRouter:
    """Return the routes under /api/v1/classes."""
    access_to_class = class_access_of(caller)
    AnyAccess = Annotated[ClassAccess, Depends(access_to_class)]  # noqa: N806 - a type
    router = APIRouter(prefix="/api/v1/classes", responses=PROBLEMS, tags=["query"])

    @router.get("", summary="List the classes that the caller may see")
    def list_classes(principal: Annotated[Principal, Depends(caller)]) -> Classes:
        teams = {class_id: grant.team_name for class_id, grant in principal.grants.items()}
        return Classes.model_validate({"classes": query.classes(None if principal.is_operator else teams)})

    @router.get("/{classId}/progress", summary="Read the progress of a class, now or at a past instant")
    def read_class(
        class_id: ClassId,
        access: AnyAccess,
        since: Annotated[
            int | None, Parameter(ge=0, le=2**53, description="only students who changed after this revision")
        ] = None,
        start: Time = None,
        at: Time = None,
    ) -> ClassState:
        if at is None:
            progress = query.reader.read_class(class_id, since)
        else:
            progress = query.views.read_class_at(class_id, start or EARLIEST, at)
        students = of_team(progress.students, access.team_name)
        return ClassState(class_id=class_id, revision=progress.revision, students=students)

    @router.get(
        "/{classId}/students/{userId}",
        summary="Read the progress of a student, cell by cell",
        responses=UNKNOWN_STUDENT,
    )
    def read_student(class_id: ClassId, user_id: UserId, access: AnyAccess) -> StudentState:
        student_and_cells = query.reader.read_student(class_id, user_id)
        if student_and_cells is None or access.team_name not in (None, student_and_cells[0].team_name):
            raise HTTPException(404)
        student, cells = student_and_cells
        sessions = query.reader.read_sessions(class_id, [user_id])
        return StudentState(**dict(student), cells=cells, session_list=sessions)

    @router.get("/{classId}/events", summary="Read the stored events, page by page", response_model_exclude_unset=True)
    def read_events(
        class_id: ClassId,
        access: AnyAccess,
        after: Annotated[int, Parameter(ge=0, le=2**53, description="`next` of the previous page")] = 0,
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

    @router.get("/{classId}/activity", summary="Read the activity of a class, minute by minute")
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
    def list_notebooks(class_id: ClassId, access: AnyAccess) -> Notebooks:
        return Notebooks(class_id=class_id, notebooks=query.views.read_notebooks(class_id, access.team_name))

    @router.get("/{classId}/absent", summary="List the students on the roster who have sent nothing")
    def list_absent(class_id: ClassId, access: AnyAccess) -> Absent:
        return Absent(class_id=class_id, students=query.views.read_absent(class_id, access.team_name))

    @router.get("/{classId}/grid", summary="Read students by cells of a notebook, now or at a past instant")
    def read_grid(
        class_id: ClassId, access: AnyAccess, notebook: Notebook, start: Time = None, at: Time = None
    ) -> Grid:
        return query.grid(class_id, notebook, (start or EARLIEST, at) if at else None, access.team_name)

    @router.get("/{classId}/errors", summary="Read the common errors of a class, newest first")
    def read_errors(
        class_id: ClassId, access: AnyAccess, span: AnySpan, notebook: AnyNotebook = None, team: AnyTeam = None
    ) -> CommonErrors:
        groups = query.views.read_errors(class_id, span.start, span.end, notebook, access.team_name or team or None)
        return CommonErrors(class_id=class_id, start=span.start, end=span.end, groups=groups)

    @router.get("/{classId}/pace", summary="Read the quartiles of solved cells, minute by minute")
    def read_pace(
        class_id: ClassId, access: AnyAccess, span: ShortSpan, notebook: Notebook, team: AnyTeam = None
    ) -> Pace:
        return query.views.read_pace(class_id, notebook, span.start, span.end, access.team_name or team or None)

    @router.get("/{classId}/difficulty", summary="Read runs, errors and solutions of each cell")
    def read_difficulty(
        class_id: ClassId, access: AnyAccess, span: AnySpan, notebook: AnyNotebook = None, team: AnyTeam = None
    ) -> Difficulty:
        cells = query.views.read_difficulty(class_id, span.start, span.end, notebook, access.team_name or team or None)
        return Difficulty(class_id=class_id, start=span.start, end=span.end, cells=cells)

    return router


def must_see(query: Query, access: ClassAccess, class_id: str, user_id: str | None) -> None:
    """Raise 404 if the caller is limited to a team and the student is not in it."""
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
        session_id: SessionId = None,
    ) -> Timeline:
        return query.views.read_timeline(
            class_id, user_id, limit, before, notebook_path=notebook, cell_id=cell_id, session_id=session_id
        )

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
    """Return a claim under the caller's own name; the operator, who is no person, gives a name in the request."""
    if isinstance(change, Claim) and not principal.is_operator:
        return change.model_copy(update={"by": principal.name[:MOST_OF_A_NAME]})
    return change


def _span_of(query: Query) -> Callable[..., Span]:
    """Return the dependency that reads the requested minutes: [start, end), or the latest ones."""

    def span_of(
        start: Time = None,
        end: Time = None,
        minutes: Annotated[
            int, Parameter(ge=1, le=LONGEST_MINUTES, description="without `start`: this many minutes before `end`")
        ] = 60,
    ) -> Span:
        last = minute_of(end + ALMOST_A_MINUTE) if end else minute_of(query.clock()) + MINUTE
        first = minute_of(start) if start else last - timedelta(minutes=minutes)
        if first >= last:
            raise not_valid("start", "end")
        return Span(first, last)

    return span_of
