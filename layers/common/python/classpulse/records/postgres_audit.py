"""The AuditLog port on PostgreSQL. A trigger refuses every change except by the two functions called here."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Engine, Select, TextClause, delete, func, insert, literal, select, text
from sqlalchemy.dialects.postgresql import JSONB, distinct_on

from classpulse.core.postgres import translated_errors
from classpulse.core.record_tables import audit_log, retention_runs
from classpulse.records.audit import AuditEntry, RecordedEntry, RetentionRun

_FORGET = text("SELECT forget_audit(:before)")
_PSEUDONYMISE = text("SELECT pseudonymise_audit(:class, CAST(:ids AS text[]), :replacement)")


class PostgresAuditLog:
    """One statement an entry."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, entry: AuditEntry, *, once_in_minutes: int = 0) -> None:
        """See AuditLog.record."""
        columns = (audit_log.c.actor, audit_log.c.action, audit_log.c.class_name, audit_log.c.subject)
        values = (entry.actor, entry.action, entry.class_id, entry.subject)
        recently = audit_log.c.at > func.now() - func.make_interval(0, 0, 0, 0, 0, once_in_minutes)
        same = (
            column.is_not_distinct_from(literal(value, column.type))
            for column, value in zip(columns, values, strict=True)
        )
        row = select(
            *(literal(value, column.type) for column, value in zip(columns, values, strict=True)),
            literal(dict(entry.detail) or None, JSONB(none_as_null=True)),
        )
        if once_in_minutes:
            row = row.where(~select(audit_log.c.id).where(*same, recently).exists())
        new = insert(audit_log).from_select([*(column.name for column in columns), "detail"], row)
        with translated_errors(), self._engine.begin() as connection:
            connection.execute(new)

    def record_all(self, entries: Sequence[AuditEntry]) -> None:
        """See AuditLog.record_all."""
        rows = [
            {
                "actor": one.actor,
                "action": one.action,
                "class_name": one.class_id,
                "subject": one.subject,
                "detail": dict(one.detail) or None,
            }
            for one in entries
        ]
        if rows:
            with translated_errors(), self._engine.begin() as connection:
                # A thousand at a time: a statement has at most 65,535 parameters.
                for first in range(0, len(rows), 1000):
                    connection.execute(insert(audit_log).values(rows[first : first + 1000]))

    def read(self, class_id: str | None, before: int | None, limit: int) -> list[RecordedEntry]:
        """See AuditLog.read."""
        wanted = select(audit_log).order_by(audit_log.c.id.desc()).limit(limit)
        if class_id is not None:
            wanted = wanted.where(audit_log.c.class_name == class_id)
        if before is not None:
            wanted = wanted.where(audit_log.c.id < before)
        with translated_errors(), self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
        return [
            RecordedEntry(
                row.id, row.at, AuditEntry(row.actor, row.action, row.class_name, row.subject, row.detail or {})
            )
            for row in rows
        ]

    def pseudonymise(self, class_id: str, user_ids: Collection[str], replacement: str) -> int:
        """See AuditLog.pseudonymise."""
        return self._call(_PSEUDONYMISE, {"class": class_id, "ids": list(user_ids), "replacement": replacement})

    def forget(self, before: datetime) -> int:
        """See AuditLog.forget."""
        return self._call(_FORGET, {"before": before})

    def record_run(self, run: RetentionRun) -> None:
        """See AuditLog.record_run."""
        with translated_errors(), self._engine.begin() as connection:
            connection.execute(insert(retention_runs).values(**vars(run)))

    def runs(self, limit: int) -> list[RetentionRun]:
        """See AuditLog.runs."""
        return self._runs(select(retention_runs).order_by(retention_runs.c.id.desc()).limit(limit))

    def last_runs(self) -> list[RetentionRun]:
        """See AuditLog.last_runs."""
        latest = select(retention_runs).ext(distinct_on(retention_runs.c.kind))
        return self._runs(latest.order_by(retention_runs.c.kind, retention_runs.c.at.desc()))

    def forget_runs(self, before: datetime) -> int:
        """See AuditLog.forget_runs."""
        with translated_errors(), self._engine.begin() as connection:
            return connection.execute(delete(retention_runs).where(retention_runs.c.at < before)).rowcount

    def _runs(self, wanted: Select[tuple[object, ...]]) -> list[RetentionRun]:
        with translated_errors(), self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
        return [RetentionRun(row.at, row.kind, row.before, row.removed, row.seconds) for row in rows]

    def _call(self, statement: TextClause, parameters: dict[str, object]) -> int:
        with translated_errors(), self._engine.begin() as connection:
            return int(connection.execute(statement, parameters).scalar_one())
