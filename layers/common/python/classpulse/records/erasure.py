"""The use cases of erasure: erase a student, publish the tombstones, and erase again after a restore."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from classpulse.core.errors import NotFound
from classpulse.core.moments import rfc3339
from classpulse.core.ports import Clock
from classpulse.core.privacy_level import PrivacyLevel
from classpulse.core.problems import ErrorCode, Problem
from classpulse.ingest.erasures import ErasureList, Tombstone
from classpulse.ingest.privacy import erasure_digest, pseudonym
from classpulse.queues.ports import DeadLetterQueue
from classpulse.records.audit import OPERATOR, AuditEntry, AuditLog
from classpulse.records.dead_letters import events_of, remove_student
from classpulse.records.ports import Cache, Compaction, Consents, ErasureJournal, RecordStore
from classpulse.series.ports import SeriesStore

logger = logging.getLogger(__name__)

# For so long after an erasure, a batch that was being stored during it is looked for again.
RECENT = timedelta(minutes=10)
STUDENT_UNKNOWN = Problem(
    ErrorCode.STUDENT_UNKNOWN,
    "nothing is stored about this student, and none was erased: check classId and userId (the roster's id, or the"
    " pseudonym)",
)
OF_NOTEBOOKS = "what notebooks still hold in their own spools: it is dropped when they send it"


@dataclass(frozen=True)
class Stores:
    """Everything that keeps something about a student. series_name: the server that answers for the time series."""

    records: RecordStore
    series: SeriesStore
    series_name: str
    dead_letters: Sequence[DeadLetterQueue]
    cache: Cache
    audit: AuditLog
    consents: Consents


@dataclass(frozen=True)
class Erasure:
    """Erases students. The tombstone is durable before anything is removed, so that a failed erasure can be retried."""

    stores: Stores
    journal: ErasureJournal
    erasures: ErasureList
    clock: Clock
    privacy_key: bytes

    def ids_of(self, class_id: str, user_id: str) -> list[str]:
        """Return all ids of a student: the given one, the user id behind a pseudonym, the pseudonym, linked guests'.

        A class may have switched pseudonyms on or off, so that both are in use. Raises StoreUnavailable.
        """
        known = self.stores.records.user_ids(class_id)
        behind = [found for found in known if self._pseudonym(class_id, found) == user_id]
        ids = list(dict.fromkeys([user_id, *behind]))
        if linked := self.stores.records.linked_ids(class_id, ids):
            pseudonyms = {self._pseudonym(class_id, found) for found in linked}
            behind = [found for found in dict.fromkeys([*behind, *linked]) if found not in pseudonyms]
            ids = list(dict.fromkeys([*ids, *behind]))
        return list(dict.fromkeys([*ids, *(self._pseudonym(class_id, found) for found in behind or ids)]))

    def erased_at(self, class_id: str, user_ids: Sequence[str]) -> datetime | None:
        """Return when a student was last erased; None if never. Raises StoreUnavailable."""
        digests = {self._digest(class_id, user_id) for user_id in user_ids}
        return max((one.erased_at for one in self.journal.read() if one.digest in digests), default=None)

    def is_stored(self, class_id: str, user_ids: Sequence[str]) -> bool:
        """Return whether anything is stored about a student. Raises TransientError."""
        if set(user_ids) & set(self.stores.records.user_ids(class_id)):
            return True
        return any(events_of(queue, class_id, user_ids) for queue in self.stores.dead_letters)

    def __call__(self, class_id: str, user_id: str) -> dict[str, Any]:
        """Erase a student from every store, and return the receipt. Raises NotFound, TransientError."""
        ids = self.ids_of(class_id, user_id)
        before = self.erased_at(class_id, ids)
        if not self.is_stored(class_id, ids):
            if before is None:
                raise NotFound(STUDENT_UNKNOWN)
            return {"status": "already erased", "erasedAt": rfc3339(before), "events": 0, "deadLetters": 0}
        now = self.clock()
        tombstones = [Tombstone(self._digest(class_id, found), now) for found in ids]
        self.journal.append(tombstones)
        self.erasures.add(tombstones)
        removed = self.remove(class_id, ids)
        self.stores.audit.record(AuditEntry(OPERATOR, "student.erase", class_id, self._digest(class_id, ids[0])))
        logger.info("student erased", extra=removed)
        receipt = self._receipt(removed, self.stores.records.compact(), self.stores.cache.compact())
        return {"status": "erased", "erasedAt": rfc3339(now), **removed, "stores": receipt}

    def erase_class(self, class_id: str) -> dict[str, int]:
        """Erase a class and all its students. Raises TransientError."""
        now, records = self.clock(), self.stores.records
        users = records.user_ids(class_id)
        ids = list(dict.fromkeys([*users, *(self._pseudonym(class_id, user_id) for user_id in users)]))
        tombstones = [Tombstone(self._digest(class_id, found), now) for found in ids]
        self.journal.append(tombstones)
        self.erasures.add(tombstones)
        letters = sum(remove_student(queue, class_id, ids) for queue in self.stores.dead_letters)
        for user_id in users:
            if facts := records.facts_of_student(class_id, [user_id]):
                self.stores.series.anonymise(facts)
            self.stores.audit.pseudonymise(class_id, [user_id], self._digest(class_id, user_id))
        rows = records.erase_class(class_id)
        records.compact()
        self.stores.cache.compact()
        removed = {"students": len(users), "deadLetters": letters, "rows": rows}
        logger.info("class erased", extra=removed)
        return removed

    def remove(self, class_id: str, ids: Sequence[str]) -> dict[str, int]:
        """Remove students by their ids from every store, without a tombstone. Raises TransientError.

        The facts are removed last: until then, a failed erasure can be retried.
        """
        letters = sum(remove_student(queue, class_id, ids) for queue in self.stores.dead_letters)
        facts = self.stores.records.facts_of_student(class_id, ids)
        if facts:
            self.stores.series.anonymise(facts)
        counters = self.stores.cache.forget(class_id, ids)
        for found in ids:
            self.stores.audit.pseudonymise(class_id, [found], self._digest(class_id, found))
        rows = self.stores.records.erase_student(class_id, ids)
        return {
            "events": rows.get("facts", 0),
            "deadLetters": letters,
            "rows": sum(rows.values()),
            "rateLimits": counters,
        }

    def publish(self) -> dict[str, int]:
        """Publish the journal to consume, and erase again what was being stored while its student was erased.

        Raises TransientError.
        """
        tombstones = self.journal.read()
        self.erasures.publish(tombstones, self._levels())
        recent = [one for one in tombstones if one.erased_at > self.clock() - RECENT]
        if not recent:
            return {"erasures": len(tombstones)}
        # Messages that waited in a queue at the erasure have been dropped since.
        self.stores.cache.compact()
        return {"erasures": len(tombstones), "erasedAgain": self._apply(recent)}

    def reapply(self) -> dict[str, int]:
        """Erase again every student whom a restored backup has brought back. Raises TransientError."""
        tombstones = self.journal.read()
        self.erasures.publish(tombstones, self._levels())
        return {"erasures": len(tombstones), "erasedAgain": self._apply(tombstones)}

    def _levels(self) -> dict[str, PrivacyLevel]:
        levels = self.stores.consents.levels()
        return {self._digest(*student): level for student, level in levels.items()}

    def _apply(self, tombstones: Sequence[Tombstone]) -> int:
        latest: dict[str, datetime] = {}
        for one in sorted(tombstones, key=lambda found: found.erased_at):
            latest[one.digest] = one.erased_at
        if not latest:
            return 0
        again = 0
        for class_id, user_id in self.stores.records.students():
            erased_at = latest.get(self._digest(class_id, user_id))
            if erased_at and self.stores.records.older_than(class_id, user_id, erased_at):
                self.remove(class_id, [user_id])
                again += 1
        if again:
            self.stores.records.compact()
            self.stores.cache.compact()
            logger.warning("erased students were stored, and are erased again", extra={"students": again})
        return again

    def _receipt(self, removed: dict[str, int], database: Compaction, redis: Compaction) -> list[dict[str, str]]:
        points = (
            f"the student's ids were removed from the points of {removed['events']} events"
            if self.stores.series_name == "InfluxDB"
            else "PostgreSQL serves them: removed with the events"
        )
        kept = "names of notebooks, which are tags; old values until the next compaction; backups of the server"
        return [
            _line("PostgreSQL", f"{removed['rows']} rows were removed; {database.done}", database.not_reached),
            _line("time series", points, kept if self.stores.series_name == "InfluxDB" else database.not_reached),
            _line("dead letters", f"{removed['deadLetters']} events and updates were removed", ""),
            _line("queues", "waiting and late events are dropped instead of stored", OF_NOTEBOOKS),
            _line("Redis", f"{removed['rateLimits']} rate limits were removed; {redis.done}", redis.not_reached),
            _line("erasure journal", "a keyed hash and the instant were added; it names nobody", ""),
            _line("dashboards", "", "open pages show the student until they are reloaded"),
        ]

    def _pseudonym(self, class_id: str, user_id: str) -> str:
        return pseudonym(self.privacy_key, class_id, user_id)

    def _digest(self, class_id: str, user_id: str) -> str:
        return erasure_digest(self.privacy_key, class_id, user_id)


def _line(store: str, done: str, not_reached: str) -> dict[str, str]:
    return {"store": store, "done": done, "notReached": not_reached}
