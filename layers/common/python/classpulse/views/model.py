"""What the pages of a dashboard read over HTTP: shapes only; who works them out is behind the ClassReader port."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from classpulse.core.moments import Moment
from classpulse.progress.model import CellProgress, CellStatus, StudentProgress
from classpulse.series.model import Minute


class View(BaseModel):
    """camelCase on the wire; every field is there, null where nothing is known."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        frozen=True,
        from_attributes=True,
        json_schema_serialization_defaults_required=True,
    )


class ClassLine(View):
    """One class of the list."""

    class_id: str
    revision: int
    students: int
    events: int


class Classes(View):
    """All classes by name."""

    classes: list[ClassLine]


class ClassState(View):
    """A class at one revision, or as it was at a moment."""

    class_id: str
    revision: int
    students: list[StudentProgress]


class StudentState(StudentProgress):
    """A student with the cells that were started or run."""

    cells: list[CellProgress]


class Activity(View):
    """A class, minute by minute, oldest first."""

    class_id: str
    minutes: list[Minute]


class NotebookLine(View):
    """One notebook of a class."""

    notebook_path: str
    students: Annotated[int, Field(description="who are in it now")]
    cells: int


class Notebooks(View):
    """The notebooks of a class, the one that most students are in first."""

    class_id: str
    notebooks: list[NotebookLine]


class GridColumn(View):
    """A cell of the notebook; columns are in the order of the greatest index, then of the id."""

    cell_id: str
    cell_index: int | None


GridCell = Annotated[
    tuple[int, CellStatus, int, int, str | None],
    Field(description="number of the column from 0, status, attempts, errors, name of the newest error"),
]


class GridRow(View):
    """A student's cells; those not run are left out."""

    user_id: str
    cells: list[GridCell]


class Grid(View):
    """Students by cells of one notebook at one revision; the cells of later `progress` messages change it."""

    class_id: str
    notebook_path: str
    revision: int
    columns: list[GridColumn]
    rows: list[GridRow]


class ErrorExample(View):
    """The newest event of a group; code, message and output are null where there is none, or it is no longer kept."""

    event_id: str
    event_time: Moment
    user_id: str
    code: str | None
    error_message: str | None
    result: str | None


class ErrorGroup(View):
    """Failing runs of one cell with one error."""

    notebook_path: str | None
    cell_id: str | None
    cell_index: int | None
    error_name: str
    message: Annotated[str, Field(description="the error's last line without what differs from student to student")]
    students: int
    unsolved: Annotated[
        int, Field(description="of these students, those whose newest run of the cell failed, at the end")
    ]
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
    """How many cells the students of a notebook had got right by the end of a minute: the quartiles."""

    start: Moment
    lower: float
    median: float
    upper: float


class Pace(View):
    """How a class goes through a notebook; students: who have run or started a cell of it, whenever."""

    class_id: str
    notebook_path: str
    cells: int
    students: int
    minutes: list[PaceMinute]


class CellDifficulty(View):
    """How one cell went in a period."""

    notebook_path: str
    cell_id: str
    cell_index: int | None
    students: Annotated[int, Field(description="who ran it")]
    solved: Annotated[int, Field(description="who had a run that worked")]
    failed: Annotated[int, Field(description="who had a run that failed")]
    runs: int
    errors: int
    median_attempts: Annotated[float | None, Field(description="runs up to the first that worked, of who solved it")]


class Difficulty(View):
    """The cells of a class in [start, end), in the order of the notebooks."""

    class_id: str
    start: Moment
    end: Moment
    cells: list[CellDifficulty]


class StoredEvent(BaseModel):
    """A stored event; what it does not say is left out, and other fields of the client are kept as they came."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="allow")

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
    has_error: Annotated[bool | None, Field(description="of a run")] = None
    error_message: str | None = None
    code: str | None = None
    result: str | None = None
    execution_duration_ms: float | None = None


class Timeline(View):
    """A student's events, newest first; `next` is the `before` of the following page."""

    events: list[StoredEvent]
    next: str | None


class Facts(View):
    """A page of stored events, in storing order."""

    events: list[StoredEvent]
    next: int | None
