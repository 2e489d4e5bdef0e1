"""What the updates queue carries: state for the dashboards of a class, and newcomers who want all of it."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_camel

from classpulse.progress.model import CellState, StudentProgress


class _Update(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)

    class_id: str

    def to_json(self) -> str:
        """Return the queue message's body."""
        return self.model_dump_json(by_alias=True)


class Changed(_Update):
    """The students that a stored batch touched, as they are now."""

    kind: Literal["changed"] = "changed"
    revision: Annotated[int | None, Field(description="the class revision of the batch; none for a repeat")]
    students: list[StudentProgress]
    cells: list[CellState] = []
    correlation_ids: Annotated[list[str], Field(description="the batches that it tells of, for the logs")] = []


class Joined(_Update):
    """A dashboard has opened or chosen a class: it wants the snapshot, or what came after `since`."""

    kind: Literal["joined"] = "joined"
    connection_id: str
    since: int | None = None
    team_name: Annotated[str | None, Field(description="it sees this team alone")] = None


class Revoked(BaseModel):
    """An account may do less than before, or nothing: its sockets have to be opened anew."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)

    kind: Literal["revoked"] = "revoked"
    account_id: int

    def to_json(self) -> str:
        """Return the queue message's body."""
        return self.model_dump_json(by_alias=True)


Update = Annotated[Changed | Joined | Revoked, Field(discriminator="kind")]
UPDATE: TypeAdapter[Changed | Joined | Revoked] = TypeAdapter(Update)
