"""The use cases of the query function, for the dashboard's pages, exports and scripts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from classpulse.core.ports import Clock
from classpulse.progress.model import of_team
from classpulse.progress.ports import ClassSummary, ProgressReader
from classpulse.series.model import EVERYTHING, MINUTE, Minute, SeriesFilter
from classpulse.series.ports import SeriesStore
from classpulse.views.model import Grid
from classpulse.views.ports import ViewReader


@dataclass(frozen=True)
class Query:
    """Reads that need more than one port, and the ports themselves."""

    reader: ProgressReader
    views: ViewReader
    series: SeriesStore
    clock: Clock

    def classes(self, grants: Mapping[str, str | None] | None) -> list[ClassSummary]:
        """Return the classes by name; grants: class id -> the only team that the caller may see; None: all of them."""
        lines = self.reader.read_classes()
        if grants is None:
            return lines
        return [self._of_team(line, grants[line.class_id]) for line in lines if line.class_id in grants]

    def _of_team(self, line: ClassSummary, team_name: str | None) -> ClassSummary:
        if team_name is None:
            return line
        team = of_team(self.reader.read_class(line.class_id).students, team_name)
        team = [student for student in team if not student.is_teacher]
        return replace(line, students=len(team), events=sum(student.events for student in team))

    def activity(
        self,
        class_id: str,
        start: datetime,
        end: datetime,
        only: SeriesFilter = EVERYTHING,
        team_name: str | None = None,
    ) -> list[Minute]:
        """Return the minutes of [start, end), oldest first, including those without events; of one team, if named.

        Teachers of the class do not count, unless one of them is asked for.
        """
        if only.user_ids is None:
            counted = self.reader.read_class(class_id).students
            if team_name is not None or any(student.is_teacher for student in counted):
                team = of_team(counted, team_name)
                only = replace(only, user_ids=tuple(student.user_id for student in team if not student.is_teacher))
        known = {minute.start: minute for minute in self.series.read_minutes(class_id, start, end, only)}
        starts = (start + number * MINUTE for number in range((end - start) // MINUTE))
        return [known.get(start) or Minute(start=start, events=0, runs=0, errors=0, students=0) for start in starts]

    def is_in_team(self, class_id: str, user_id: str, team_name: str) -> bool:
        """Return whether the student exists and is in the team."""
        student = self.reader.read_student(class_id, user_id)
        return student is not None and student[0].team_name == team_name

    def grid(
        self, class_id: str, notebook_path: str, span: tuple[datetime, datetime] | None, team_name: str | None
    ) -> Grid:
        """Return the present grid, or that of the events in [start, at]; of one team, if named."""
        if span is None:
            return self.views.read_grid(class_id, notebook_path, team_name)
        return self.views.read_grid_at(class_id, notebook_path, *span, team_name)
