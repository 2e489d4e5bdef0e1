"""The administer function's service over a real database, with everything else in memory."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from classpulse.classes.publishing import Publish
from classpulse.core.ports import Clock
from classpulse.ingest.ports import IngestKey
from classpulse.ingest.privacy import ClassPolicy
from classpulse.progress.postgres import PostgresProgress
from classpulse.records.commands import run_command
from classpulse.records.erasure import Erasure, Stores
from classpulse.records.ports import Compaction
from classpulse.records.postgres import PostgresRecords
from classpulse.records.postgres_audit import PostgresAuditLog
from classpulse.records.postgres_consents import PostgresConsents
from classpulse.records.retention import Limits, Retention
from classpulse.records.service import Records
from sqlalchemy import Engine

from tests.builders import NOW, make_batch, make_event
from tests.fakes.erasures import MemoryErasures, MemoryJournal
from tests.fakes.ingest import MemoryPolicyCache
from tests.fakes.progress import MemoryStore

CLASS = "python-1"
KEY = b"the-privacy-key-of-the-tests"


class NoClasses:
    """A Registry in which no class is registered."""

    @contextmanager
    def registered(self) -> Iterator[tuple[list[ClassPolicy], dict[str, IngestKey], dict[str, float]]]:
        yield [], {}, {}


nothing = Publish(NoClasses(), MemoryPolicyCache(), lambda: None)


class Letters:
    """A DeadLetterQueue in memory, with one letter of Ada's."""

    def __init__(self) -> None:
        self.bodies = [make_batch(make_event(eventId="dead", userId="ada")).to_json()]

    def read(self) -> list[str]:
        return self.bodies

    def edit(self, change: Callable[[str], str | None]) -> None:
        self.bodies = [body for body in map(change, self.bodies) if body is not None]

    def drop_older(self, before: datetime) -> int:
        return 0


class NoCache:
    """The Cache port of a Redis that holds nothing about anybody."""

    def __init__(self) -> None:
        self.compacted = 0

    def forget(self, class_id: str, user_ids: Collection[str]) -> int:
        return 0

    def compact(self) -> Compaction:
        self.compacted += 1
        return Compaction("the append-only file was rewritten", "snapshots")


def erasure_of(
    engine: Engine, letters: Letters, clock: Clock, journal: MemoryJournal | None = None, cache: NoCache | None = None
) -> Erasure:
    """Return the use case of erasure."""
    stores = Stores(
        PostgresRecords(engine),
        MemoryStore(lambda: NOW),
        "PostgreSQL",
        [letters],
        cache or NoCache(),
        PostgresAuditLog(engine),
        PostgresConsents(engine),
    )
    return Erasure(stores, journal or MemoryJournal(), MemoryErasures(), clock, KEY)


def records_of(
    engine: Engine, letters: Letters, days: int = 30, *, now: datetime = NOW, class_days: int = 0, audit_days: int = 0
) -> Records:
    """Return the service of the administer function."""
    erasure = erasure_of(engine, letters, lambda: now)
    retention = Retention(erasure, Limits(days, class_days, audit_days), lambda: now)
    return Records(PostgresProgress(engine), erasure, retention)


def retained(records: Records, kind: str) -> dict[str, Any]:
    """Run retention; return its proof for a kind of data."""
    answer = run_command({"command": "retain"}, records, nothing)
    proofs: dict[str, dict[str, Any]] = {proof["kind"]: proof for proof in answer["removed"]}
    return proofs[kind]
