"""The port that the dashboard's pages read."""

from datetime import datetime
from typing import Protocol

from classpulse.progress.ports import ClassProgress
from classpulse.views.model import AbsentStudent, CellDifficulty, ErrorGroup, Grid, NotebookLine, Pace, Timeline

MOST_ERROR_GROUPS = 200


class ViewReader(Protocol):
    """What the pages of a dashboard show. Times are event times. Every method raises StoreUnavailable.

    team_name: nothing in the answer comes from students outside of this team; None: all students. Teachers of the class
    do not count. Errors, pace and difficulty add to an event's time what a session's clock is recognised to be slow by.
    """

    def read_notebooks(self, class_id: str, team_name: str | None = None) -> "list[NotebookLine]":
        """Return the notebooks of a class, sorted by number of students, largest first."""

    def read_absent(self, class_id: str, team_name: str | None = None) -> "list[AbsentStudent]":
        """Return the students on the roster who have sent nothing, sorted by user id."""

    def read_grid(self, class_id: str, notebook_path: str, team_name: str | None = None) -> "Grid":
        """Return the present grid of a notebook."""

    def read_grid_at(
        self, class_id: str, notebook_path: str, start: datetime, at: datetime, team_name: str | None = None
    ) -> "Grid":
        """Return the grid of a notebook, folded from the events of [start, at]."""

    def read_class_at(self, class_id: str, start: datetime, at: datetime) -> ClassProgress:
        """Return the progress folded from the events of [start, at]; names and revisions are the present ones."""

    def read_errors(
        self,
        class_id: str,
        start: datetime,
        end: datetime,
        notebook_path: str | None = None,
        team_name: str | None = None,
    ) -> "list[ErrorGroup]":
        """Return the errors of [start, end), newest first, at most MOST_ERROR_GROUPS."""

    def read_pace(
        self, class_id: str, notebook_path: str, start: datetime, end: datetime, team_name: str | None = None
    ) -> "Pace":
        """Return the quartiles of each minute of [start, end), both whole minutes."""

    def read_difficulty(
        self,
        class_id: str,
        start: datetime,
        end: datetime,
        notebook_path: str | None = None,
        team_name: str | None = None,
    ) -> "list[CellDifficulty]":
        """Return the cells run in [start, end), sorted by notebook and index."""

    def read_timeline(
        self,
        class_id: str,
        user_id: str,
        limit: int,
        before: str | None = None,
        *,
        notebook_path: str | None = None,
        cell_id: str | None = None,
        session_id: str | None = None,
    ) -> "Timeline":
        """Return a student's events before the cursor, newest first; session_id "": those without a session id."""
