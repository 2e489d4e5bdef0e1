"""What the dashboard's pages read."""

from datetime import datetime
from typing import Protocol

from classpulse.progress.ports import ClassProgress
from classpulse.views.model import CellDifficulty, ErrorGroup, Grid, NotebookLine, Pace, Timeline

MOST_ERROR_GROUPS = 200


class ViewReader(Protocol):
    """What the pages of a dashboard show. Everything raises StoreUnavailable; times are of the events."""

    def read_notebooks(self, class_id: str) -> "list[NotebookLine]":
        """Return the notebooks of a class, the one that most students are in first."""

    def read_grid(self, class_id: str, notebook_path: str) -> "Grid":
        """Return the students' cells of a notebook as they are."""

    def read_grid_at(self, class_id: str, notebook_path: str, start: datetime, at: datetime) -> "Grid":
        """Return the grid that the events of [start, at] give."""

    def read_class_at(self, class_id: str, start: datetime, at: datetime) -> ClassProgress:
        """Return the progress that the events of [start, at] give; names and revisions are today's."""

    def read_errors(
        self,
        class_id: str,
        start: datetime,
        end: datetime,
        notebook_path: str | None = None,
        team_name: str | None = None,
    ) -> "list[ErrorGroup]":
        """Return the errors of [start, end), newest first, at most MOST_ERROR_GROUPS; of one team, if named."""

    def read_pace(
        self, class_id: str, notebook_path: str, start: datetime, end: datetime, team_name: str | None = None
    ) -> "Pace":
        """Return the quartiles for each minute of [start, end), which are whole minutes; of one team, if named."""

    def read_difficulty(
        self,
        class_id: str,
        start: datetime,
        end: datetime,
        notebook_path: str | None = None,
        team_name: str | None = None,
    ) -> "list[CellDifficulty]":
        """Return how the cells that were run in [start, end) went, in the notebooks' order; of one team, if named."""

    def read_timeline(
        self,
        class_id: str,
        user_id: str,
        limit: int,
        before: str | None = None,
        *,
        notebook_path: str | None = None,
        cell_id: str | None = None,
    ) -> "Timeline":
        """Return a student's events, newest first, from those that come before the cursor."""
