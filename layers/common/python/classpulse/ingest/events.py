"""The event: one immutable report from a notebook, in the wire contract's format and as a typed object."""

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

from classpulse.core.privacy_level import PrivacyLevel
from classpulse.ingest.error_names import error_name

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST_YEAR = 2199
# In characters: of code, error message, result, and each string in metadata or in an unknown field.
MAX_TEXT_LENGTH = 262_144
MAX_PATH_LENGTH = 512
# PostgreSQL's text cannot contain U+0000. Ingest replaces it in events; every other request with it is refused.
STORABLE = r"^[^\x00]*$"
# Unknown fields of events that only ingest sets: what a client sends under these names is removed.
EXPECTED_ERROR = "expectedError"
CLAIMED_TYPE = "claimedEventType"
CLAIMED_TIME = "claimedEventTime"
CLAIMED_PATH = "claimedNotebookPath"
SET_BY_INGEST = {EXPECTED_ERROR, CLAIMED_TYPE, CLAIMED_TIME, CLAIMED_PATH}
# The name of the error of a run that someone stopped.
INTERRUPT = "KeyboardInterrupt"


class EventType(StrEnum):
    """The event types that ClassPulse interprets; any other is stored as a fact and counted."""

    CELL_QUEUED = "cell_queued"
    CELL_STARTED = "cell_started"
    CELL_WAITING = "cell_waiting"
    CELL_EXECUTED = "cell_executed"
    CELL_ABORTED = "cell_aborted"
    CELL_SELECTED = "cell_selected"
    KERNEL_RESTARTED = "kernel_restarted"
    KERNEL_DIED = "kernel_died"
    NOTEBOOK_OPENED = "notebook_opened"
    NOTEBOOK_SAVED = "notebook_saved"
    NOTEBOOK_CLOSED = "notebook_closed"
    NOTEBOOK_RENAMED = "notebook_renamed"
    HELP = "help"
    HELP_STOP = "help_stop"


class Outcome(StrEnum):
    """What came of a code cell. Expected: it failed as the cell announces. Aborted: it did not run."""

    OK = "ok"
    ERROR = "error"
    EXPECTED = "expected"
    INTERRUPTED = "interrupted"
    ABORTED = "aborted"


SUCCESSES = frozenset({Outcome.OK, Outcome.EXPECTED})


class AbortReason(StrEnum):
    """Why a cell did not run, or did not end by itself."""

    EARLIER_ERROR = "earlier_error"
    RESTART = "restart"
    INTERRUPT = "interrupt"
    KERNEL_DEATH = "kernel_death"


class CellType(StrEnum):
    """Jupyter's cell types."""

    CODE = "code"
    MARKDOWN = "markdown"
    RAW = "raw"


def _only_rfc3339(value: object) -> object:
    # Pydantic would also accept a number, or digits, as seconds since 1970.
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
    """One event of the wire contract; unknown fields are kept unchanged (`model_extra`)."""

    model_config = ConfigDict(alias_generator=to_camel, extra="allow", frozen=True, strict=True, allow_inf_nan=False)

    event_id: Annotated[str, Field(min_length=1, max_length=128, description="the idempotency key")]
    event_type: Annotated[
        str,
        Field(
            min_length=1,
            max_length=64,
            examples=list(EventType),
            description="an unknown type is stored as a fact",
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
            description="`emailAddress` is accepted as an alias",
        ),
    ]
    user_name: Name = None
    team_name: Name = None
    session_id: Name = None
    class_id: Annotated[str | None, Field(max_length=128), AfterValidator(_empty_is_none)] = None
    notebook_path: Annotated[str | None, Field(max_length=MAX_PATH_LENGTH), AfterValidator(_empty_is_none)] = None
    old_path: Annotated[
        str | None,
        Field(
            max_length=MAX_PATH_LENGTH,
            validation_alias=AliasChoices("oldPath", "oldNotebookPath"),
            serialization_alias="oldPath",
            description="of notebook_renamed: the path before",
        ),
        AfterValidator(_empty_is_none),
    ] = None
    cell_id: Name = None
    run_id: Annotated[Name, Field(description="Jupyter's message id: the same in all events of one run")] = None
    cell_index: Count = None
    cell_type: Annotated[CellType | None, Field(strict=False)] = None
    code: str | None = None
    execution_count: Count = None
    has_error: bool | None = None
    error_message: str | None = None
    result: str | None = None
    reason: Annotated[AbortReason | None, Field(strict=False, description="of cell_aborted")] = None
    execution_duration_ms: Annotated[float | None, Field(ge=0)] = None
    metadata: dict[str, Any] | None = None
    sent_at: Annotated[
        EventTime | None,
        Field(description="when the client sends this batch, by its own clock; set anew at each attempt"),
    ] = None
    consent: Annotated[
        PrivacyLevel | None,
        Field(
            strict=False,
            description="how much of this event may be kept; the stricter of this and the class's level applies",
        ),
    ] = None

    def replaced(self, fields: dict[str, Any], extra: dict[str, Any]) -> "Event":
        """Return the event with `fields` changed, and with `extra` as all of its unknown fields.

        model_copy() would mistake an unknown field named `user_id` for the student's id.
        """
        changed = self.model_copy(update=fields)
        object.__setattr__(changed, "__pydantic_extra__", extra)
        return changed

    @property
    def in_code_cell(self) -> bool:
        """Whether the cell is a code cell; rendering Markdown is not a run. Without a cell type, it counts as code."""
        return self.cell_type in (None, CellType.CODE)

    @property
    def is_run(self) -> bool:
        """Whether a code cell has ended that did run."""
        return self.event_type == EventType.CELL_EXECUTED and self.in_code_cell

    @property
    def is_start(self) -> bool:
        """Whether a code cell has started."""
        return self.event_type == EventType.CELL_STARTED and self.in_code_cell

    @property
    def outcome(self) -> Outcome | None:
        """What came of the cell; None if the event ends no code cell. Only an aborted cell did not run."""
        if not self.in_code_cell:
            return None
        if self.event_type == EventType.CELL_ABORTED:
            return Outcome.ABORTED
        if self.event_type != EventType.CELL_EXECUTED:
            return None
        return self._outcome_of_failure() if self.has_error else Outcome.OK

    def _outcome_of_failure(self) -> Outcome:
        message = self.error_message or ""
        # Finding the name takes longer than the search.
        if INTERRUPT in message and error_name(message) == INTERRUPT:
            return Outcome.INTERRUPTED
        return Outcome.EXPECTED if (self.model_extra or {}).get(EXPECTED_ERROR) is True else Outcome.ERROR

    @property
    def is_error(self) -> bool:
        """Whether a code cell has ended with an error that the cell does not announce, and nobody interrupted it."""
        return self.outcome == Outcome.ERROR

    @property
    def ordering(self) -> str:
        """The sort key of a student's events: event time, then event id, so that every reader breaks ties alike."""
        return f"{ordering_from(self.event_time)}-{self.event_id}"


def ordering_from(time: datetime) -> str:
    """Return the lower bound of the orderings of events at this time or later."""
    since = time - EARLIEST
    return f"{(since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds:016d}"
