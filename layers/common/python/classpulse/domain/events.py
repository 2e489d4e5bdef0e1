"""What a notebook reports: one immutable event, as it stands on the wire and as a typed object."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AliasChoices,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
)
from pydantic.alias_generators import to_camel

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST_YEAR = 2199


class EventType(StrEnum):
    """The event types with a meaning; any other is stored as a fact and counted."""

    CELL_STARTED = "cell_started"
    CELL_EXECUTED = "cell_executed"
    NOTEBOOK_OPENED = "notebook_opened"
    NOTEBOOK_SAVED = "notebook_saved"
    NOTEBOOK_CLOSED = "notebook_closed"
    HELP = "help"
    HELP_STOP = "help_stop"


class CellType(StrEnum):
    """Jupyter's cell types."""

    CODE = "code"
    MARKDOWN = "markdown"
    RAW = "raw"


def _only_rfc3339(value: object) -> object:
    # Pydantic would also take a number, or digits, as seconds since 1970.
    if isinstance(value, str) and len(value) >= 20 and value[4] == value[7] == "-" and value[10] in "Tt":
        return value
    raise ValueError("not RFC 3339")


def _to_utc(value: datetime) -> datetime:
    if EARLIEST.year <= value.year <= LATEST_YEAR and value >= EARLIEST:
        return value.astimezone(UTC)
    raise ValueError("out of range")


def _empty_is_none(value: str | None) -> str | None:
    return value or None


EventTime = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_only_rfc3339), AfterValidator(_to_utc)]
Name = Annotated[str | None, Field(max_length=256), AfterValidator(_empty_is_none)]
Count = Annotated[int | None, Field(ge=0, le=2_147_483_647)]


class Event(BaseModel):
    """One event of the wire contract; fields that it does not name are kept as they came (`model_extra`)."""

    model_config = ConfigDict(alias_generator=to_camel, extra="allow", frozen=True, strict=True, allow_inf_nan=False)

    event_id: Annotated[str, Field(min_length=1, max_length=128, description="the idempotency key")]
    event_type: Annotated[
        str,
        Field(
            min_length=1,
            max_length=64,
            examples=list(EventType),
            description="an unknown type is kept as a fact",
        ),
    ]
    event_time: Annotated[EventTime, Field(description="RFC 3339 with zone")]
    user_id: Annotated[
        str,
        Field(
            min_length=1,
            max_length=256,
            validation_alias=AliasChoices("userId", "emailAddress"),
            serialization_alias="userId",
            description="`emailAddress` is accepted as another name for it",
        ),
    ]
    user_name: Name = None
    team_name: Name = None
    session_id: Name = None
    class_id: Annotated[str | None, Field(max_length=128), AfterValidator(_empty_is_none)] = None
    notebook_path: Annotated[str | None, Field(max_length=512), AfterValidator(_empty_is_none)] = None
    cell_id: Name = None
    cell_index: Count = None
    cell_type: Annotated[CellType | None, Field(strict=False)] = None
    code: str | None = None
    execution_count: Count = None
    has_error: bool | None = None
    error_message: str | None = None
    result: str | None = None
    execution_duration_ms: Annotated[float | None, Field(ge=0)] = None
    metadata: dict[str, Any] | None = None

    @property
    def in_code_cell(self) -> bool:
        """Rendering a Markdown cell is no run; an event that does not say counts as code."""
        return self.cell_type in (None, CellType.CODE)

    @property
    def is_run(self) -> bool:
        """A code cell has ended."""
        return self.event_type == EventType.CELL_EXECUTED and self.in_code_cell

    @property
    def is_start(self) -> bool:
        """A code cell has begun."""
        return self.event_type == EventType.CELL_STARTED and self.in_code_cell

    @property
    def is_error(self) -> bool:
        """A code cell has ended with an error."""
        return self.is_run and bool(self.has_error)

    @property
    def ordering(self) -> str:
        """Sorts a student's events by event time; the event id settles a tie, so that every reader agrees."""
        since = self.event_time - EARLIEST
        micros = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
        return f"{micros:016d}-{self.event_id}"
