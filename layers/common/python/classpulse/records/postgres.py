"""The RecordStore port on PostgreSQL."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, or_, select

from classpulse.core.access_tables import guests, roster
from classpulse.core.moments import rfc3339
from classpulse.core.postgres import translated_errors
from classpulse.core.tables import classes, facts, notebook_names, notebooks, students
from classpulse.ingest.batches import Fact
from classpulse.ingest.events import Event
from classpulse.records import postgres_retention as retention
from classpulse.records.ports import Compaction
from classpulse.records.postgres_classes import erase_class
from classpulse.records.postgres_compact import compact
from classpulse.records.postgres_erasure import STUDENT_TABLES, erase, select_user_ids
from classpulse.records.postgres_retention import AT_ONCE


class PostgresRecords:
    """The RecordStore port. patient: an engine whose statements may take minutes."""

    def __init__(self, engine: Engine, patient: Engine | None = None) -> None:
        self._engine = engine
        self._patient = patient or engine

    def user_ids(self, class_id: str) -> list[str]:
        """See RecordStore.user_ids."""
        with translated_errors(), self._engine.connect() as connection:
            return [row.user_id for row in connection.execute(select_user_ids(class_id))]

    def linked_ids(self, class_id: str, user_ids: Collection[str]) -> list[str]:
        """See RecordStore.linked_ids."""
        of_class = guests.c.class_id == select(classes.c.id).where(classes.c.name == class_id).scalar_subquery()
        ids = (guests.c.user_id, guests.c.pseudonym, guests.c.roster_user_id)
        named = select(guests.c.roster_user_id).where(of_class, or_(*(one.in_(user_ids) for one in ids)))
        with translated_errors(), self._engine.connect() as connection:
            students = [found for found in connection.execute(named).scalars() if found is not None]
            linked = connection.execute(select(*ids).where(of_class, guests.c.roster_user_id.in_(students)))
            return sorted({found for row in linked for found in row})

    def students(self) -> list[tuple[str, str]]:
        """See RecordStore.students."""
        with translated_errors(), self._engine.connect() as connection:
            return [(row.name, row.user_id) for row in connection.execute(select_user_ids(None))]

    def older_than(self, class_id: str, user_id: str, moment: datetime) -> bool:
        """See RecordStore.older_than."""
        of_fact = (
            select(facts.c.id)
            .join_from(facts, students, students.c.id == facts.c.student_id)
            .join(classes, classes.c.id == facts.c.class_id)
            .where(classes.c.name == class_id, students.c.user_id == user_id)
            .where(or_(facts.c.received_at <= moment, facts.c.event_time <= moment))
        )
        others = [
            select(table.c.user_id)
            .join_from(table, classes, classes.c.id == table.c.class_id)
            .where(classes.c.name == class_id, table.c.user_id == user_id, since <= moment)
            for table, since in STUDENT_TABLES.items()
        ]
        with translated_errors(), self._engine.connect() as connection:
            return any(connection.execute(one.limit(1)).first() is not None for one in (of_fact, *others))

    def roster_lines(self, class_id: str, user_ids: Collection[str]) -> list[dict[str, Any]]:
        """See RecordStore.roster_lines."""
        wanted = select(roster).join(classes, classes.c.id == roster.c.class_id)
        with translated_errors(), self._engine.connect() as connection:
            rows = connection.execute(wanted.where(classes.c.name == class_id, roster.c.user_id.in_(user_ids))).all()
        return [
            {
                "userId": row.user_id,
                "pseudonym": row.pseudonym,
                "userName": row.user_name,
                "teamName": row.team_name,
                "joinedAt": rfc3339(row.joined_at) if row.joined_at else None,
            }
            for row in rows
        ]

    def notebook_names(self, class_id: str, user_ids: Collection[str]) -> list[dict[str, Any]]:
        """See RecordStore.notebook_names."""
        wanted = (
            select(notebook_names.c.path, notebooks.c.path.label("notebook_path"))
            .join_from(notebook_names, students, students.c.id == notebook_names.c.student_id)
            .join(classes, classes.c.id == students.c.class_id)
            .join(notebooks, notebooks.c.id == notebook_names.c.notebook_id)
            .where(classes.c.name == class_id, students.c.user_id.in_(user_ids))
            .order_by(notebook_names.c.path)
        )
        with translated_errors(), self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
        return [{"path": row.path, "notebookPath": row.notebook_path} for row in rows]

    def facts_of_student(self, class_id: str, user_ids: Collection[str]) -> list[Fact]:
        """See RecordStore.facts_of_student."""
        wanted = (
            select(
                facts.c.event_id,
                facts.c.event_type,
                facts.c.event_time,
                facts.c.received_at,
                students.c.user_id,
                notebooks.c.path,
            )
            .join_from(facts, students, students.c.id == facts.c.student_id)
            .join(classes, classes.c.id == facts.c.class_id)
            .outerjoin(notebooks, notebooks.c.id == facts.c.notebook_id)
            .where(classes.c.name == class_id, students.c.user_id.in_(user_ids))
        )
        with translated_errors(), self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
        return [
            Fact(
                Event.model_construct(
                    event_id=row.event_id,
                    event_type=row.event_type,
                    event_time=row.event_time,
                    user_id=row.user_id,
                    notebook_path=row.path,
                ),
                class_id,
                row.received_at,
            )
            for row in rows
        ]

    def erase_student(self, class_id: str, user_ids: Collection[str]) -> Mapping[str, int]:
        """See RecordStore.erase_student."""
        with translated_errors(), self._patient.begin() as connection:
            return erase(connection, class_id, user_ids)

    def compact(self) -> Compaction:
        """See RecordStore.compact."""
        return compact(self._patient)

    def erase_class(self, class_id: str) -> int:
        """See RecordStore.erase_class."""
        with translated_errors():
            return erase_class(self._patient, class_id)

    def ended_classes(self, before: date) -> list[str]:
        """See RecordStore.ended_classes."""
        with self._changing() as connection:
            return retention.ended_classes(connection, before)

    def inactive_students(self, before: datetime, limit: int) -> list[tuple[str, str]]:
        """See RecordStore.inactive_students."""
        with self._changing() as connection:
            return retention.inactive_students(connection, before, limit)

    def forget_raw_data(self, before: datetime) -> int:
        """See RecordStore.forget_raw_data."""
        forgotten = 0
        while True:
            with self._changing() as connection:
                cleared = retention.forget(connection, before)
            forgotten += cleared
            if cleared < AT_ONCE:
                return forgotten

    def forget_notes(self, before: datetime) -> int:
        """See RecordStore.forget_notes."""
        with self._changing() as connection:
            return retention.forget_notes(connection, before)

    def forget_sign_ins(self, before: datetime) -> int:
        """See RecordStore.forget_sign_ins."""
        with self._changing() as connection:
            return retention.forget_sign_ins(connection, before)

    def forget_keys(self, before: datetime) -> int:
        """See RecordStore.forget_keys."""
        with self._changing() as connection:
            return retention.forget_keys(connection, before)

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        with translated_errors(), self._engine.begin() as connection:
            yield connection
