"""The messages of the updates queue: changed state, new subscriptions, and revoked access."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from classpulse.core.wire import WireModel
from classpulse.progress.model import CellState, StudentProgress


class _Update(WireModel):
    class_id: str

    def to_json(self) -> str:
        """Return the queue message's body."""
        return self.model_dump_json(by_alias=True)


class Changed(_Update):
    """The students that a stored batch names and the cells that it changed, as they are now."""

    kind: Literal["changed"] = "changed"
    revision: Annotated[
        int | None,
        Field(
            description="the class revision of the batch; null for a repeated batch, and for a part of a large update"
        ),
    ]
    students: list[StudentProgress]
    cells: list[CellState] = Field(default=[])
    correlation_ids: list[str] = Field(default=[], description="the batches behind this update, for the logs")


class Joined(_Update):
    """A dashboard has subscribed to a class: it needs a snapshot, or the changes after `since`."""

    kind: Literal["joined"] = "joined"
    connection_id: str
    since: int | None = None
    team_name: Annotated[str | None, Field(description="the only team that it may see")] = None


class Revoked(WireModel):
    """An account's access was reduced or revoked: its sockets must be closed and reopened."""

    kind: Literal["revoked"] = "revoked"
    account_id: int

    def to_json(self) -> str:
        """Return the queue message's body."""
        return self.model_dump_json(by_alias=True)


Update = Annotated[Changed | Joined | Revoked, Field(discriminator="kind")]
UPDATE: TypeAdapter[Changed | Joined | Revoked] = TypeAdapter(Update)
