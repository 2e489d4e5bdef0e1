"""Facts, progress, attention and time series in memory; and announcements."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from classpulse.core.moments import rfc3339
from classpulse.core.pages import page_of
from classpulse.core.ports import Clock
from classpulse.ingest.batches import Fact, Identity
from classpulse.ingest.events import Event
from classpulse.progress.attending import AttentionChange, apply_change
from classpulse.progress.attention import UNATTENDED, Attention
from classpulse.progress.model import CellProgress, CellState, StudentProgress, fold_cells, fold_student
from classpulse.progress.ports import MOST_SESSIONS, ClassProgress, ClassSummary, FactPage, StoredClass
from classpulse.progress.runs import Turn, turn_of
from classpulse.progress.sessions import SessionLine, fold_sessions, summary_of
from classpulse.series.model import EVERYTHING, Minute, SeriesFilter, minute_of

from tests.fakes.notebook_names import NotebookNames
from tests.fakes.paces import Paces


class MemoryStore:
    """FactStore, ProgressReader and SeriesStore over one list of facts a class."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._facts: dict[str, dict[Identity, tuple[int, datetime, Fact]]] = defaultdict(dict)
        self._revisions: Counter[str] = Counter()
        self._student_revisions: dict[tuple[str, str], int] = {}
        self._attention: dict[tuple[str, str], Attention] = {}
        self._cursor = 0
        self._notebooks: dict[str, NotebookNames] = {}
        self._paces: dict[str, Paces] = defaultdict(Paces)

    def ping(self) -> None:
        """See Pingable.ping."""

    def store(self, facts: Sequence[Fact]) -> list[StoredClass]:
        """See FactStore.store."""
        stored = []
        for class_id in sorted({fact.class_id for fact in facts}):
            batch = [fact for fact in facts if fact.class_id == class_id]
            users = {fact.event.user_id for fact in batch}
            before = {student.user_id: student.team_name for student in self._students(class_id)}
            cells_before = {user_id: self._cells(class_id, user_id) for user_id in users}
            new = self._store_class(class_id, batch)
            fresh = [self._facts[class_id][fact.identity][2] for fact in batch if fact.identity in new]
            users |= self._fold_paces(class_id, fresh)
            students = [student for student in self._students(class_id) if student.user_id in users]
            moves = [(before.get(student.user_id), student.team_name) for student in students]
            teams = {team for left, joined in moves if left not in (None, joined) for team in (left, joined) if team}
            revision = self._revisions[class_id] if new else None
            turned = {
                (fact.event.user_id, fact.event.notebook_path, fact.event.cell_id)
                for fact in fresh
                if turn_of(fact.event) not in (None, Turn.CLEARED)
            }
            cells = [
                CellState(**dict(cell), user_id=user_id, revision=self._revisions[class_id])
                for user_id in sorted(cells_before)
                for cell in self._cells(class_id, user_id)
                if (user_id, cell.notebook_path, cell.cell_id) in turned or cell not in cells_before[user_id]
            ]
            stored.append(StoredClass(class_id, revision, frozenset(new), students, cells, frozenset(teams)))
        return stored

    def _store_class(self, class_id: str, batch: Sequence[Fact]) -> set[Identity]:
        known = self._facts[class_id]
        new = {fact.identity: fact for fact in reversed(batch) if fact.identity not in known}
        if new:
            self._revisions[class_id] += 1
        identities = sorted(new)
        events = self._notebooks_of(class_id).resolve([new[identity].event for identity in identities])
        for identity, event in zip(identities, events, strict=True):
            self._cursor += 1
            known[identity] = (self._cursor, self._clock(), replace(new[identity], event=event))
            self._student_revisions[class_id, event.user_id] = self._revisions[class_id]
        return set(new)

    def _notebooks_of(self, class_id: str) -> NotebookNames:
        def users(path: str) -> set[str]:
            return {
                student.user_id
                for student in self._students(class_id)
                if student.notebook_path == path
                or any(cell.notebook_path == path for cell in fold_cells(self._of_student(class_id, student.user_id)))
            }

        def move(before: str, after: str) -> None:
            for identity, (cursor, at, fact) in self._facts[class_id].items():
                if fact.event.notebook_path == before:
                    event = fact.event.replaced({"notebook_path": after}, fact.event.model_extra or {})
                    self._facts[class_id][identity] = (cursor, at, replace(fact, event=event))

        return self._notebooks.setdefault(class_id, NotebookNames(users, move))

    def _fold_paces(self, class_id: str, fresh: Sequence[Fact]) -> set[str]:
        moved = self._paces[class_id].fold(fresh, self._students(class_id)) if fresh else set()
        for user_id in moved:
            self._student_revisions[class_id, user_id] = self._revisions[class_id]
        return moved

    def facts(self, class_id: str) -> list[Fact]:
        """Return a class's facts in storing order."""
        return [fact for _, _, fact in self._facts[class_id].values()]

    def stored_events(self, class_id: str) -> dict[Identity, dict[str, Any]]:
        """Return a class's events as wire JSON objects."""
        return {identity: _to_wire(fact, at) for identity, (_, at, fact) in self._facts[class_id].items()}

    def attend(self, class_id: str, user_id: str, change: AttentionChange, now: datetime) -> StudentProgress | None:
        """See AttentionStore.attend."""
        found = self.read_student(class_id, user_id)
        if found is None:
            return None
        student, _ = found
        known = student.attention or UNATTENDED
        attended = apply_change(known, change, errors=student.errors, help_since=student.help_since, now=now)
        self._revisions[class_id] += 1
        self._student_revisions[class_id, user_id] = self._revisions[class_id]
        self._attention[class_id, user_id] = attended
        return self._fold(class_id, user_id)

    def _fold(self, class_id: str, user_id: str) -> StudentProgress:
        folded = fold_student(self._of_student(class_id, user_id), self._student_revisions[class_id, user_id])
        of_sessions = summary_of(fold_sessions(self._of_student(class_id, user_id)))
        found = {"sessions": of_sessions.at_once, "clock_offset": of_sessions.clock_offset}
        marked = self._paces[class_id].mark(folded.model_copy(update=found))
        return marked.model_copy(update={"attention": self._attention.get((class_id, user_id))})

    def _cells(self, class_id: str, user_id: str) -> list[CellProgress]:
        return fold_cells(self._of_student(class_id, user_id))

    def _of_student(self, class_id: str, user_id: str) -> list[Fact]:
        return [fact for _, _, fact in self._facts[class_id].values() if fact.event.user_id == user_id]

    def _students(self, class_id: str) -> list[StudentProgress]:
        users = sorted({fact.event.user_id for _, _, fact in self._facts[class_id].values()})
        return [self._fold(class_id, user_id) for user_id in users]

    def read_class(self, class_id: str, since: int | None = None) -> ClassProgress:
        """See ProgressReader.read_class."""
        students = [student for student in self._students(class_id) if since is None or student.revision > since]
        return ClassProgress(class_id, self._revisions[class_id], students)

    def read_student(self, class_id: str, user_id: str) -> tuple[StudentProgress, list[CellProgress]] | None:
        """See ProgressReader.read_student."""
        facts = self._of_student(class_id, user_id)
        if not facts:
            return None
        return self._fold(class_id, user_id), fold_cells(facts)

    def read_sessions(self, class_id: str, user_ids: Sequence[str]) -> list[SessionLine]:
        """See ProgressReader.read_sessions."""
        lines = [one.line for user_id in user_ids for one in fold_sessions(self._of_student(class_id, user_id))]
        lines.sort(key=lambda line: line.session_id)
        return sorted(lines, key=lambda line: line.last_seen, reverse=True)[:MOST_SESSIONS]

    def read_classes(self) -> list[ClassSummary]:
        """See ProgressReader.read_classes."""
        return [
            ClassSummary(class_id, self._revisions[class_id], len(self._students(class_id)), len(self._facts[class_id]))
            for class_id in sorted(self._revisions)
        ]

    def team_of(self, class_id: str, user_id: str) -> str | None:
        """Return a student's team as it is now."""
        return self._fold(class_id, user_id).team_name

    def read_facts(
        self, class_id: str, after: int, limit: int, user_ids: Sequence[str] = (), team_name: str | None = None
    ) -> FactPage:
        """See ProgressReader.read_facts."""
        found = [
            (cursor, stored_at, fact)
            for cursor, stored_at, fact in self._facts[class_id].values()
            if cursor > after
            and (not user_ids or fact.event.user_id in user_ids)
            and (team_name is None or team_name == self.team_of(class_id, fact.event.user_id))
        ]
        found.sort(key=lambda row: row[0])
        return FactPage(*page_of(((cursor, _to_wire(fact, stored_at)) for cursor, stored_at, fact in found), limit))

    def write(self, facts: Sequence[Fact]) -> None:
        """See SeriesStore.write: the stored facts are the series."""

    def anonymise(self, facts: Sequence[Fact]) -> None:
        """See SeriesStore.anonymise: the series go with the facts."""

    def read_minutes(
        self, class_id: str, start: datetime, end: datetime, only: SeriesFilter = EVERYTHING
    ) -> list[Minute]:
        """See SeriesStore.read_minutes."""
        events = [fact.event for _, _, fact in self._facts[class_id].values()]
        minutes: dict[datetime, list[Any]] = defaultdict(list)
        for event in events:
            if start <= event.event_time < end and _is_meant(event, only):
                minutes[minute_of(event.event_time)].append(event)
        return [
            Minute(
                start=minute,
                events=len(group),
                runs=sum(event.is_run for event in group),
                errors=sum(event.is_error for event in group),
                students=len({event.user_id for event in group}),
            )
            for minute, group in sorted(minutes.items())
        ]


def _is_meant(event: Event, only: SeriesFilter) -> bool:
    return (
        only.notebook_path in (None, event.notebook_path)
        and only.cell_id in (None, event.cell_id)
        and (only.user_ids is None or event.user_id in only.user_ids)
    )


def _to_wire(fact: Fact, stored_at: datetime) -> dict[str, Any]:
    event = fact.event
    # Names are the student's, not the fact's.
    hidden = {"user_name", "team_name", "has_error", "event_time"}
    wire = event.model_dump(mode="json", by_alias=True, exclude_none=True, exclude=hidden)
    wire |= {
        "classId": fact.class_id,
        "eventTime": rfc3339(event.event_time),
        "receivedAt": rfc3339(fact.received_at),
        "storedAt": rfc3339(stored_at),
    }
    if event.is_run or event.has_error is not None:
        wire["hasError"] = bool(event.has_error)
    return wire


class MemoryAnnouncer:
    """The Announcer port: `announced` holds the facts."""

    def __init__(self) -> None:
        self.announced: list[Fact] = []

    def announce(self, facts: Sequence[Fact]) -> None:
        """See Announcer.announce."""
        self.announced += facts
