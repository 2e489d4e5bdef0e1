"""The bodies of GET answers under /api/v1/classes; the ViewReader port computes most of them."""

from typing import Annotated

from pydantic import ConfigDict, Field

from classpulse.core.moments import Moment
from classpulse.core.wire import WireModel
from classpulse.progress.model import CellProgress, CellStatus, StudentProgress
from classpulse.progress.sessions import SessionLine
from classpulse.series.model import Minute


class View(WireModel):
    """camelCase on the wire; every field is present, null where its value is unknown."""

    model_config = ConfigDict(from_attributes=True)


class ClassLine(View):
    """A class in the list."""

    class_id: str
    revision: int
    students: int
    events: int


class Classes(View):
    """The classes that the caller may see, sorted by name."""

    classes: list[ClassLine]


class ClassState(View):
    """The progress of a class at a revision, or at a past instant."""

    class_id: str
    revision: int
    students: list[StudentProgress]


class StudentState(StudentProgress):
    """The progress of a student, with the cells that were started or run, and the sessions apart."""

    cells: list[CellProgress]
    session_list: Annotated[list[SessionLine], Field(description="the sessions, the one heard last first")]


class AbsentStudent(View):
    """A student on the roster who has sent nothing."""

    user_id: Annotated[
        str, Field(description="as events would name the student: the pseudonym in a pseudonymous class")
    ]
    user_name: Annotated[str | None, Field(description="null in a pseudonymous class")]
    team_name: str | None


class Absent(View):
    """The students on the roster who have sent nothing, sorted by user id."""

    class_id: str
    students: list[AbsentStudent]


class Activity(View):
    """The activity of a class, minute by minute, oldest first."""

    class_id: str
    minutes: list[Minute]


class NotebookLine(View):
    """A notebook of a class."""

    notebook_path: str
    students: Annotated[int, Field(description="number of students who are in it now")]
    cells: int


class Notebooks(View):
    """The notebooks of a class, sorted by number of students, largest first."""

    class_id: str
    notebooks: list[NotebookLine]


class GridColumn(View):
    """A cell of the notebook; columns are sorted by greatest index, then by id."""

    cell_id: str
    cell_index: int | None


GridCell = Annotated[
    tuple[int, CellStatus, int, int, str | None],
    Field(description="column number from 0, status, attempts, errors, name of the newest error"),
]


class GridRow(View):
    """A student's cells; those never started or run are left out."""

    user_id: str
    cells: list[GridCell]


class Grid(View):
    """Students by cells of a notebook at a revision; a client applies the cells of later `progress` messages."""

    class_id: str
    notebook_path: str
    revision: int
    columns: list[GridColumn]
    rows: list[GridRow]


class ErrorExample(View):
    """The newest event of a group; code, message and output are null if it has none, or they were deleted."""

    event_id: str
    event_time: Moment
    user_id: str
    code: str | None
    error_message: str | None
    result: str | None


class ErrorGroup(View):
    """Failed runs of one cell with the same error."""

    notebook_path: str | None
    cell_id: str | None
    cell_index: int | None
    error_name: str
    message: Annotated[str, Field(description="the error's last line, without the parts that differ between students")]
    students: int
    unsolved: Annotated[int, Field(description="number of these students whose newest run of the cell by `end` failed")]
    runs: int
    first_time: Moment
    last_time: Moment
    example: ErrorExample


class CommonErrors(View):
    """The errors of a class in [start, end), newest first."""

    class_id: str
    start: Moment
    end: Moment
    groups: list[ErrorGroup]


class PaceMinute(View):
    """Quartiles of the number of cells that each student had solved by the end of a minute."""

    start: Moment
    lower: float
    median: float
    upper: float


class Pace(View):
    """How a class advances through a notebook; students: number who have ever started or run a cell of it."""

    class_id: str
    notebook_path: str
    cells: int
    students: int
    minutes: list[PaceMinute]


class CellDifficulty(View):
    """Runs, errors and solutions of a cell in a period."""

    notebook_path: str
    cell_id: str
    cell_index: int | None
    students: Annotated[int, Field(description="number of students who ran it")]
    solved: Annotated[int, Field(description="number of students with a successful run")]
    failed: Annotated[int, Field(description="number of students with a failed run")]
    runs: int
    errors: int
    median_attempts: Annotated[float | None, Field(description="median number of runs up to a student's first success")]


class Difficulty(View):
    """The cells of a class in [start, end), sorted by notebook and index."""

    class_id: str
    start: Moment
    end: Moment
    cells: list[CellDifficulty]


class StoredEvent(WireModel):
    """A stored event; missing fields are left out, and a client's own fields are unchanged."""

    model_config = ConfigDict(extra="allow", json_schema_serialization_defaults_required=False)

    event_id: str
    event_type: str
    event_time: str
    received_at: str
    stored_at: str
    user_id: str
    class_id: str
    session_id: str | None = None
    notebook_path: str | None = None
    cell_id: str | None = None
    cell_index: int | None = None
    cell_type: str | None = None
    execution_count: int | None = None
    has_error: Annotated[bool | None, Field(description="whether the run failed")] = None
    error_message: str | None = None
    code: str | None = None
    result: str | None = None
    execution_duration_ms: float | None = None


class Timeline(View):
    """A student's events, newest first; `next` is the `before` of the next page."""

    events: list[StoredEvent]
    next: str | None


class Facts(View):
    """A page of stored events, in the order of storing; `next` is the `after` of the next page."""

    events: list[StoredEvent]
    next: int | None
