"""The ViewReader port in memory; PostgreSQL must give the same answers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from classpulse.core.pages import page_of
from classpulse.ingest.batches import Fact
from classpulse.ingest.error_names import error_name, error_summary
from classpulse.ingest.events import SUCCESSES, Event
from classpulse.progress.model import CellProgress, CellStatus, counted_runs, fold_cells, fold_student, of_team
from classpulse.progress.pace import with_paces
from classpulse.progress.ports import ClassProgress
from classpulse.progress.runs import Turn, turn_of
from classpulse.series.model import minute_of
from classpulse.views.model import (
    AbsentStudent,
    CellDifficulty,
    ErrorGroup,
    Grid,
    GridColumn,
    GridRow,
    NotebookLine,
    Pace,
    PaceMinute,
    StoredEvent,
    Timeline,
)
from classpulse.views.ports import MOST_ERROR_GROUPS

from tests.fakes.progress import MemoryStore
from tests.fakes.view_rows import Place, difficulty, percentile, to_group


class MemoryViews:
    """The views of a MemoryStore."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def _events(self, class_id: str) -> list[Event]:
        return [fact.event for fact in self._store.facts(class_id)]

    def _runs(self, class_id: str) -> list[Event]:
        """Return the runs of the class that count, by their ordering."""
        of_student: dict[str, list[Event]] = defaultdict(list)
        for event in sorted(self._events(class_id), key=lambda event: event.ordering):
            of_student[event.user_id].append(event)
        runs = [run for events in of_student.values() for run in counted_runs(events)]
        return sorted(runs, key=lambda run: run.ordering)

    def _happened(self, class_id: str, event: Event) -> datetime:
        """Return when an event happened: its time, corrected if its session's clock is recognised as slow."""
        lines = self._store.read_sessions(class_id, [event.user_id])
        offsets = {line.session_id: line.clock_offset for line in lines}
        return event.event_time + timedelta(seconds=max(offsets[event.session_id or ""] or 0, 0))

    def read_notebooks(self, class_id: str, team_name: str | None = None) -> list[NotebookLine]:
        """See ViewReader.read_notebooks."""
        cells: dict[str, set[str]] = defaultdict(set)
        for event in self._events(class_id):
            if event.notebook_path and self._is_in(class_id, event, team_name):
                cells[event.notebook_path] |= {event.cell_id} if event.cell_id else set()
        students = of_team(self._store.read_class(class_id).students, team_name)
        here = [student.notebook_path for student in students]
        lines = [
            NotebookLine(notebook_path=path, students=here.count(path), cells=len(found))
            for path, found in cells.items()
        ]
        return sorted(lines, key=lambda line: (-line.students, line.notebook_path))

    def read_absent(self, class_id: str, team_name: str | None = None) -> list[AbsentStudent]:
        """See ViewReader.read_absent: without a roster, nobody is missed."""
        return []

    def read_grid(self, class_id: str, notebook_path: str, team_name: str | None = None) -> Grid:
        """See ViewReader.read_grid."""
        return self._grid(class_id, notebook_path, self._store.facts(class_id), team_name)

    def read_grid_at(
        self, class_id: str, notebook_path: str, start: datetime, at: datetime, team_name: str | None = None
    ) -> Grid:
        """See ViewReader.read_grid_at."""
        return self._grid(class_id, notebook_path, self._until(class_id, start, at), team_name)

    def read_class_at(self, class_id: str, start: datetime, at: datetime) -> ClassProgress:
        """See ViewReader.read_class_at."""
        today = self._store.read_class(class_id)
        of_student = _by_student(self._until(class_id, start, at))
        students = [
            fold_student(of_student[student.user_id], student.revision).model_copy(
                update={"user_name": student.user_name, "team_name": student.team_name}
            )
            for student in today.students
            if student.user_id in of_student
        ]
        return ClassProgress(class_id, today.revision, with_paces(students))

    def _until(self, class_id: str, start: datetime, at: datetime) -> list[Fact]:
        return [fact for fact in self._store.facts(class_id) if start <= fact.event.event_time <= at]

    def _grid(self, class_id: str, notebook_path: str, facts: Sequence[Fact], team_name: str | None) -> Grid:
        facts = [fact for fact in facts if self._is_in(class_id, fact.event, team_name)]
        cells = {
            user_id: [cell for cell in fold_cells(of_student) if cell.notebook_path == notebook_path]
            for user_id, of_student in sorted(_by_student(facts).items())
        }
        indexes: dict[str, int | None] = {}
        for cell in (cell for row in cells.values() for cell in row):
            known = [index for index in (indexes.get(cell.cell_id), cell.cell_index) if index is not None]
            indexes[cell.cell_id] = max(known, default=None)
        names = sorted(indexes, key=lambda name: _by_index(indexes[name], name))
        return Grid(
            class_id=class_id,
            notebook_path=notebook_path,
            revision=self._store.read_class(class_id).revision,
            columns=[GridColumn(cell_id=name, cell_index=indexes[name]) for name in names],
            rows=[
                GridRow(user_id=user_id, cells=sorted(_grid_cell(cell, names) for cell in row))
                for user_id, row in cells.items()
                if row
            ],
        )

    def read_errors(
        self,
        class_id: str,
        start: datetime,
        end: datetime,
        notebook_path: str | None = None,
        team_name: str | None = None,
    ) -> list[ErrorGroup]:
        """See ViewReader.read_errors."""
        failing = {
            (user_id, cell.notebook_path, cell.cell_id)
            for user_id, facts in _by_student(self._store.facts(class_id)).items()
            for cell in fold_cells(fact for fact in facts if fact.event.event_time < end)
            if cell.status == CellStatus.ERROR
        }
        groups: dict[tuple[Place, str, str], list[Event]] = defaultdict(list)
        for event in self._runs(class_id):
            wanted = notebook_path in (None, event.notebook_path) and self._is_in(class_id, event, team_name)
            if event.is_error and start <= self._happened(class_id, event) < end and wanted:
                summary = error_summary(event.error_message)
                groups[_place_of(event), error_name(event.error_message), summary].append(event)
        newest_first = sorted(groups.items(), key=lambda group: _ordering(group[1]), reverse=True)
        return [to_group(place, name, message, events, failing) for (place, name, message), events in newest_first][
            :MOST_ERROR_GROUPS
        ]

    def _is_in(self, class_id: str, event: Event, team_name: str | None) -> bool:
        return team_name is None or team_name == self._store.team_of(class_id, event.user_id)

    def read_pace(
        self, class_id: str, notebook_path: str, start: datetime, end: datetime, team_name: str | None = None
    ) -> Pace:
        """See ViewReader.read_pace."""
        slow = {one.user_id: max(one.clock_offset or 0, 0) for one in self._store.read_class(class_id).students}
        cells: set[str] = set()
        done: dict[str, dict[str, datetime]] = {}
        for event in self._events(class_id):
            if not self._is_in(class_id, event, team_name):
                continue
            asked = turn_of(event) not in (None, Turn.CLEARED)
            if event.notebook_path == notebook_path and event.cell_id and asked:
                cells.add(event.cell_id)
                first = done.setdefault(event.user_id, {})
                if event.outcome in SUCCESSES:
                    time = event.event_time + timedelta(seconds=slow[event.user_id])
                    first[event.cell_id] = min(first.get(event.cell_id, time), time)
        minutes = []
        while done and start < end:
            counts = [sum(minute_of(time) <= start for time in first.values()) for first in done.values()]
            lower, middle, upper = (percentile(counts, share) for share in (0.25, 0.5, 0.75))
            minutes.append(PaceMinute(start=start, lower=lower, median=middle, upper=upper))
            start += timedelta(minutes=1)
        found = minutes != []
        return Pace(
            class_id=class_id,
            notebook_path=notebook_path,
            cells=len(cells) if found else 0,
            students=len(done) if found else 0,
            minutes=minutes,
        )

    def read_difficulty(
        self,
        class_id: str,
        start: datetime,
        end: datetime,
        notebook_path: str | None = None,
        team_name: str | None = None,
    ) -> list[CellDifficulty]:
        """See ViewReader.read_difficulty."""
        runs: dict[tuple[str, str], list[Event]] = defaultdict(list)
        for event in self._runs(class_id):
            wanted = start <= self._happened(class_id, event) < end
            wanted = wanted and notebook_path in (None, event.notebook_path) and self._is_in(class_id, event, team_name)
            if wanted and event.notebook_path and event.cell_id:
                runs[event.notebook_path, event.cell_id].append(event)
        found = [difficulty(path, cell_id, events) for (path, cell_id), events in runs.items()]
        return sorted(found, key=lambda cell: (cell.notebook_path, *_by_index(cell.cell_index, cell.cell_id)))

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
    ) -> Timeline:
        """See ViewReader.read_timeline."""
        found = [
            fact
            for fact in self._store.facts(class_id)
            if fact.event.user_id == user_id
            and (before is None or fact.event.ordering < before)
            and notebook_path in (None, fact.event.notebook_path)
            and cell_id in (None, fact.event.cell_id)
            and session_id in (None, fact.event.session_id or "")
        ]
        found.sort(key=lambda fact: fact.event.ordering, reverse=True)
        stored = self._store.stored_events(class_id)
        events, following = page_of(((f.event.ordering, stored[f.identity]) for f in found), limit)
        return Timeline(events=[StoredEvent.model_validate(event) for event in events], next=following)


def _by_student(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        found[fact.event.user_id].append(fact)
    return found


def _by_index(index: int | None, name: str) -> tuple[bool, int, str]:
    """The order of a notebook's cells: those without an index come last."""
    return index is None, index or 0, name


def _grid_cell(cell: CellProgress, names: Sequence[str]) -> tuple[int, CellStatus, int, int, str | None]:
    return names.index(cell.cell_id), cell.status, cell.attempts, cell.errors, cell.last_error_name


def _place_of(event: Event) -> Place:
    """An id without a notebook belongs to no cell."""
    return event.notebook_path, event.cell_id if event.notebook_path else None


def _ordering(events: Sequence[Event]) -> str:
    return max(event.ordering for event in events)
