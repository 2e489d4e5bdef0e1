"""The messages of a dashboard's WebSocket; its TypeScript types are generated from them (apps/wire_types.py)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, TypeAdapter

from classpulse.core.moments import Moment
from classpulse.core.problems import ErrorCode, Problem
from classpulse.core.wire import WireModel
from classpulse.ingest.events import STORABLE
from classpulse.progress.model import CellState, StudentProgress

# API Gateway's frame limit is 32 KiB; a message that needs no second frame is billed and buffered as one.
MAX_FRAME_BYTES = 32 * 1024 - 1


class _Students(WireModel):
    class_id: str
    revision: Annotated[
        int,
        Field(
            description="snapshot or resume: the client's complete revision after the last part; "
            "live update: the greatest revision of its students"
        ),
    ]
    part: Annotated[int, Field(ge=1)] = 1
    parts: Annotated[int, Field(ge=1)] = 1
    server_time: Moment
    students: list[StudentProgress]


class Snapshot(_Students):
    """The complete class. All parts of a large one carry the same revision."""

    type: Literal["snapshot"] = "snapshot"


class Progress(_Students):
    """Changed students: a live update, or with `since` all changes after that revision (a resume)."""

    type: Literal["progress"] = "progress"
    cells: list[CellState] = Field(default=[], description="changed cells of the students; empty in a resume")
    revisions: list[int] = Field(
        default=[], description="class revisions that all parts together carry completely; may be empty"
    )
    since: Annotated[
        int | None, Field(description="the revision from which the client resumes; null in a live update")
    ] = None


class Pong(WireModel):
    """The answer to a ping."""

    type: Literal["pong"] = "pong"
    server_time: Moment


class ErrorMessage(WireModel):
    """The refusal of a client's message: a text, and a stable code."""

    type: Literal["error"] = "error"
    error: str
    code: ErrorCode


ServerMessage = Annotated[Snapshot | Progress | Pong | ErrorMessage, Field(discriminator="type")]


class Subscribe(WireModel):
    """Choose a class; with `since`, resume after that revision instead of taking a snapshot."""

    action: Literal["subscribe"]
    class_id: Annotated[str | None, Field(min_length=1, max_length=128, pattern=STORABLE)] = None
    since: Annotated[int | None, Field(ge=0, le=2**53)] = None


class Ping(WireModel):
    """Keep the connection open, and check that it is."""

    action: Literal["ping"]


ClientMessage = Annotated[Subscribe | Ping, Field(discriminator="action")]
CLIENT_MESSAGE: TypeAdapter[Subscribe | Ping] = TypeAdapter(ClientMessage)


def to_text(message: BaseModel) -> str:
    """Return a message as JSON text."""
    return message.model_dump_json(by_alias=True)


def error_text(problem: Problem) -> str:
    """Return an error message as JSON text."""
    return to_text(ErrorMessage(error=problem.error, code=problem.code))


def snapshot_texts(class_id: str, revision: int, students: Sequence[StudentProgress], now: datetime) -> list[str]:
    """Return a complete class as one or more messages of at most MAX_FRAME_BYTES each."""
    return _texts(Snapshot(class_id=class_id, revision=revision, server_time=now, students=[]), students=students)


def progress_texts(
    class_id: str,
    revision: int,
    students: Sequence[StudentProgress],
    now: datetime,
    *,
    cells: Sequence[CellState] = (),
    revisions: Sequence[int] = (),
    since: int | None = None,
) -> list[str]:
    """Return changed students and cells as one or more messages of at most MAX_FRAME_BYTES each."""
    empty = Progress(
        class_id=class_id,
        revision=revision,
        server_time=now,
        students=[],
        revisions=list(revisions),
        since=since,
    )
    return _texts(empty, students=students, cells=cells)


def _texts(empty: _Students, **lists: Sequence[BaseModel]) -> list[str]:
    """Distribute the items over as many messages as they need; the keywords name the message's list fields."""
    room = MAX_FRAME_BYTES - len(to_text(empty.model_copy(update={"part": 10**6, "parts": 10**6})).encode())
    items = [(name, to_text(item)) for name, listed in lists.items() for item in listed]
    groups = list(_groups(items, room))
    heads = (
        to_text(empty.model_copy(update={"part": part, "parts": len(groups)})) for part in range(1, len(groups) + 1)
    )
    return [_filled(head, lists, group) for head, group in zip(heads, groups, strict=True)]


def _filled(head: str, names: Iterable[str], group: Sequence[tuple[str, str]]) -> str:
    """Replace the empty lists of a message's text with the items, which are JSON text already."""
    for name in names:
        texts = ",".join(text for of, text in group if of == name)
        head = head.replace(f'"{name}":[]', f'"{name}":[{texts}]', 1)
    return head


def _groups(items: Sequence[tuple[str, str]], room: int) -> Iterator[list[tuple[str, str]]]:
    group: list[tuple[str, str]] = []
    used = 0
    for name, text in items:
        size = len(text.encode()) + 1
        if group and used + size > room:
            yield group
            group, used = [], 0
        group.append((name, text))
        used += size
    yield group
