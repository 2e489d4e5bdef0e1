"""The messages of the updates queue: changed state, new subscriptions, and revoked access."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from classpulse.core.wire import WireModel
from classpulse.progress.model import CellState, StudentProgress
from classpulse.queues.ports import MAX_BODY_BYTES


class _Update(WireModel):
    class_id: str

    def to_json(self) -> str:
        """Return the queue message's body."""
        return self.model_dump_json(by_alias=True)


class Changed(_Update):
    """The students and the cells that a stored batch changed, as they are now."""

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
    changed_teams: list[str] = Field(
        default=[],
        description="the teams that a student has left, or has joined from another: their sockets need a snapshot",
    )

    def bodies(self) -> Iterator[str]:
        """Yield the update as the bodies of messages, nearly always one."""
        body = self.to_json()
        longest = max(len(self.students), len(self.cells), len(self.changed_teams))
        if longest <= 1 or len(body.encode()) <= MAX_BODY_BYTES:
            yield body
            return
        for half in self._halves():
            # Parts may arrive in any order, so none may claim to complete the revision.
            yield from self.model_copy(update={"revision": None} | half).bodies()

    def _halves(self) -> list[dict[str, list[Any]]]:
        """Return the lists in two parts; each cell is with its student, whose team decides who may see it."""
        students, cells, teams = self.students, self.cells, self.changed_teams
        if len(students) > 1:
            middle = len(students) // 2
            names = {student.user_id for student in students[:middle]}
            first: dict[str, list[Any]] = {"students": students[:middle]}
            second: dict[str, list[Any]] = {"students": students[middle:]}
            first["cells"] = [cell for cell in cells if cell.user_id in names]
            second["cells"] = [cell for cell in cells if cell.user_id not in names]
        elif len(cells) > 1:
            middle = len(cells) // 2
            first = {"students": students, "cells": cells[:middle]}
            second = {"students": students, "cells": cells[middle:]}
        else:
            first, second = {"students": students, "cells": cells}, {"students": [], "cells": []}
        middle = len(teams) // 2
        return [first | {"changed_teams": teams[:middle]}, second | {"changed_teams": teams[middle:]}]


class Joined(_Update):
    """A dashboard has subscribed to a class: it needs a snapshot, or the changes after `since`."""

    kind: Literal["joined"] = "joined"
    connection_id: str
    since: int | None = None
    team_name: Annotated[str | None, Field(description="the only team that it may see")] = None


class Revoked(WireModel):
    """An account's access was reduced or revoked: its sockets must be closed, and may be opened again if it may."""

    kind: Literal["revoked"] = "revoked"
    account_id: Annotated[int | None, Field(description="null: the operator")]
    sign_in: Annotated[str | None, Field(description="close only the sockets of this sign-in")] = None
    kept: Annotated[str | None, Field(description="leave the sockets of this sign-in open")] = None

    def closes(self, sign_in_id: str | None) -> bool:
        """Return whether a socket of the account that this sign-in opened must be closed; None: no sign-in did."""
        if self.sign_in is not None:
            return sign_in_id == self.sign_in
        return self.kept is None or sign_in_id != self.kept

    def to_json(self) -> str:
        """Return the queue message's body."""
        return self.model_dump_json(by_alias=True)


Update = Annotated[Changed | Joined | Revoked, Field(discriminator="kind")]
UPDATE: TypeAdapter[Changed | Joined | Revoked] = TypeAdapter(Update)
