"""Withdrawals of consent on PostgreSQL: the level is stored, and what is stored above it is cleared."""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import Connection, Engine, Row, case, func, select, update
from sqlalchemy.dialects.postgresql import insert

from classpulse.core.postgres import translated_errors
from classpulse.core.privacy_level import PrivacyLevel
from classpulse.core.record_tables import consents
from classpulse.core.tables import cell_executions, cell_progress, classes, facts, progress, students
from classpulse.ingest.batches import Fact
from classpulse.ingest.events import Event
from classpulse.progress.postgres import select_facts, to_stored_event
from classpulse.progress.postgres_facts import to_incoming

# Facts that are read at a time: one may be a megabyte.
AT_ONCE = 100
_EXECUTION = ("error_name", "error_summary", "error_message", "execution_count", "duration_ms", "code", "result")
_ADDED_BY_US = {"receivedAt", "storedAt"}


class PostgresConsents:
    """The Consents port."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def levels(self) -> dict[tuple[str, str], PrivacyLevel]:
        """See Consents.levels."""
        wanted = select(classes.c.name, consents.c.user_id, consents.c.level)
        wanted = wanted.join_from(consents, classes, classes.c.id == consents.c.class_id)
        with translated_errors(), self._engine.connect() as connection:
            return {(row.name, row.user_id): PrivacyLevel(row.level) for row in connection.execute(wanted)}

    def withdraw(
        self, class_id: str, user_ids: Collection[str], level: PrivacyLevel, lower: Callable[[Event], Event]
    ) -> int:
        """See Consents.withdraw."""
        with translated_errors(), self._engine.begin() as connection:
            # Lock the class first, as storing does: no batch is stored meanwhile, and revisions have no gaps.
            number = connection.execute(
                select(classes.c.id).where(classes.c.name == class_id).with_for_update()
            ).scalar_one()
            for user_id in user_ids:
                new = insert(consents).values(class_id=number, user_id=user_id, level=level.value)
                keys = [consents.c.class_id, consents.c.user_id]
                connection.execute(new.on_conflict_do_update(index_elements=keys, set_={"level": level.value}))
            of_student = (students.c.class_id == number) & students.c.user_id.in_(user_ids)
            ids = list(connection.execute(select(students.c.id).where(of_student)).scalars())
            cleared = _clear(connection, class_id, ids, lower)
            if level is PrivacyLevel.PRESENCE:
                _fold_presence(connection, ids)
            if ids:
                _next_revision(connection, number, ids)
        return cleared


def _clear(connection: Connection, class_id: str, student_ids: list[int], lower: Callable[[Event], Event]) -> int:
    after = cleared = 0
    while True:
        page = select_facts().where(facts.c.student_id.in_(student_ids), facts.c.id > after)
        rows = connection.execute(page.order_by(facts.c.id).limit(AT_ONCE)).all()
        for row in rows:
            cleared += _clear_fact(connection, class_id, row, lower)
        if len(rows) < AT_ONCE:
            return cleared
        after = rows[-1].id


def _clear_fact(connection: Connection, class_id: str, row: Row[Any], lower: Callable[[Event], Event]) -> bool:
    """Store the fact as if its event had been accepted at the lower level; return whether that changes anything."""
    fields = {name: value for name, value in to_stored_event(row).items() if name not in _ADDED_BY_US}
    stored = Event.model_validate(fields, strict=False)
    lowered = lower(stored)
    if lowered == stored:
        return False
    incoming = to_incoming(Fact(lowered, class_id, row.received_at))
    changed = {name: incoming[name] for name in ("payload", "outcome")}
    # A second report of a run does not count.
    changed["is_error"] = incoming["is_error"] and row.is_run
    connection.execute(update(facts).where(facts.c.id == row.id).values(changed))
    if lowered.outcome:
        values = {name: incoming[name] for name in _EXECUTION}
        connection.execute(update(cell_executions).where(cell_executions.c.fact_id == row.id).values(values))
    return True


def _fold_presence(connection: Connection, student_ids: list[int]) -> None:
    """At the level presence no run is known to have failed: fold the runs of the students again as successful ones."""
    runs = facts.c.is_run & facts.c.student_id.in_(student_ids)
    last = select(func.max(facts.c.ordering)).where(runs, facts.c.student_id == progress.c.student_id)
    connection.execute(
        update(progress)
        .where(progress.c.student_id.in_(student_ids))
        .values(
            errors=0,
            error_streak=0,
            last_error_name=None,
            error_at="",
            ok_at=func.coalesce(last.scalar_subquery(), ""),
        )
    )
    of_cell = (facts.c.student_id == cell_progress.c.student_id) & (facts.c.cell_id == cell_progress.c.cell_id)
    first = select(func.min(facts.c.event_time)).where(runs, of_cell)
    connection.execute(
        update(cell_progress)
        .where(cell_progress.c.student_id.in_(student_ids))
        .values(
            errors=0,
            last_error_name=None,
            error_at="",
            first_ok=first.scalar_subquery(),
            outcome=case((cell_progress.c.outcome.is_not(None), "ok")),
            status=case((cell_progress.c.status.in_(("error", "interrupted")), "ok"), else_=cell_progress.c.status),
        )
    )


def _next_revision(connection: Connection, class_id: int, student_ids: list[int]) -> None:
    """Make the change the class's next revision, so that dashboards read the students again."""
    of_class = update(classes).where(classes.c.id == class_id).values(revision=classes.c.revision + 1)
    revision = connection.execute(of_class.returning(classes.c.revision)).scalar_one()
    for table in (progress, cell_progress):
        connection.execute(update(table).where(table.c.student_id.in_(student_ids)).values(revision=revision))
