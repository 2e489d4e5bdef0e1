"""The audit log in memory."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from classpulse.core.ports import Clock
from classpulse.records.audit import AuditEntry, RecordedEntry, RetentionRun


class MemoryAuditLog:
    """The AuditLog port."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: list[RecordedEntry] = []
        self._runs: list[RetentionRun] = []

    def record(self, entry: AuditEntry, *, once_in_minutes: int = 0) -> None:
        """See AuditLog.record."""
        now = self._clock()
        since = now - timedelta(minutes=once_in_minutes)
        if any(_same(found.entry, entry) and found.at > since for found in self._entries):
            return
        self._entries.append(RecordedEntry(len(self._entries) + 1, now, entry))

    def record_all(self, entries: Sequence[AuditEntry]) -> None:
        """See AuditLog.record_all."""
        for entry in entries:
            self.record(entry)

    def read(self, class_id: str | None, before: int | None, limit: int) -> list[RecordedEntry]:
        """See AuditLog.read."""
        wanted = [
            one
            for one in reversed(self._entries)
            if class_id in (None, one.entry.class_id) and (before is None or one.entry_id < before)
        ]
        return wanted[:limit]

    def pseudonymise(self, class_id: str, user_ids: Collection[str], replacement: str) -> int:
        """See AuditLog.pseudonymise."""
        changed = 0
        for at, one in enumerate(self._entries):
            if one.entry.class_id == class_id and one.entry.subject in user_ids:
                self._entries[at] = replace(one, entry=replace(one.entry, subject=replacement))
                changed += 1
        return changed

    def forget(self, before: datetime) -> int:
        """See AuditLog.forget."""
        kept = [one for one in self._entries if one.at >= before]
        removed = len(self._entries) - len(kept)
        self._entries = kept
        return removed

    def record_run(self, run: RetentionRun) -> None:
        """See AuditLog.record_run."""
        self._runs.append(run)

    def runs(self, limit: int) -> list[RetentionRun]:
        """See AuditLog.runs."""
        return self._runs[::-1][:limit]

    def last_runs(self) -> list[RetentionRun]:
        """See AuditLog.last_runs."""
        latest = {run.kind: run for run in sorted(self._runs, key=lambda run: run.at)}
        return [latest[kind] for kind in sorted(latest)]

    def forget_runs(self, before: datetime) -> int:
        """See AuditLog.forget_runs."""
        kept = [run for run in self._runs if run.at >= before]
        removed = len(self._runs) - len(kept)
        self._runs = kept
        return removed


def _same(one: AuditEntry, other: AuditEntry) -> bool:
    return (one.actor, one.action, one.class_id, one.subject) == (
        other.actor,
        other.action,
        other.class_id,
        other.subject,
    )
