"""The use case of retention: remove every kind of data that is older than its limit, and record the proof."""

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from classpulse.core.ports import Clock
from classpulse.records.audit import SCHEDULE, AuditEntry, RetentionRun
from classpulse.records.erasure import Erasure

logger = logging.getLogger(__name__)

# As long as SQS keeps them: see MessageRetentionPeriod in template.yaml.
LETTERS_KEPT = timedelta(days=14)
# A sign-in that has expired is of no use; a day later nobody asks why it ended.
SIGN_INS_KEPT = timedelta(days=1)
# Students and classes that one run erases: few, so that it ends in time. The next run continues.
AT_ONCE = 50


@dataclass(frozen=True)
class Limits:
    """For how many days each kind of data is kept; 0: without limit. See docs/how-to/student-data.md."""

    raw_data_days: int
    class_days: int
    audit_days: int


@dataclass(frozen=True)
class Retention:
    """Runs every hour."""

    erasure: Erasure
    limits: Limits
    clock: Clock

    def __call__(self) -> list[dict[str, Any]]:
        """Remove what is too old, and return the proofs, which are stored as well. Raises TransientError."""
        stores, now = self.erasure.stores, self.clock()
        raw = self._days_before(now, self.limits.raw_data_days)
        ended = self._days_before(now, self.limits.class_days)
        audit = self._days_before(now, self.limits.audit_days)
        letters = max(now - LETTERS_KEPT, raw or now - LETTERS_KEPT)
        records = stores.records
        kinds: dict[str, tuple[datetime | None, Callable[[datetime], int]]] = {
            "raw data": (raw, records.forget_raw_data),
            "notes": (raw, records.forget_notes),
            "dead letters": (letters, lambda at: sum(queue.drop_older(at) for queue in stores.dead_letters)),
            "ended classes": (ended, self._erase_classes),
            "inactive students": (ended, self._erase_students),
            "sign-ins": (now - SIGN_INS_KEPT, records.forget_sign_ins),
            "class keys": (audit, records.forget_keys),
            "audit log": (audit, stores.audit.forget),
            "proofs of retention": (audit, stores.audit.forget_runs),
        }
        proofs = [self._run(kind, before, remove) for kind, (before, remove) in kinds.items()]
        # What consumed messages and dropped letters leave in Redis's append-only file is raw data too.
        stores.cache.compact()
        logger.info("retention ran", extra={proof.kind: proof.removed for proof in proofs})
        return [_to_json(proof) for proof in proofs]

    def _run(self, kind: str, before: datetime | None, remove: Callable[[datetime], int]) -> RetentionRun:
        started = perf_counter()
        removed = remove(before) if before else 0
        proof = RetentionRun(self.clock(), kind, before, removed, round(perf_counter() - started, 3))
        self.erasure.stores.audit.record_run(proof)
        return proof

    def _erase_classes(self, before: datetime) -> int:
        ended = self.erasure.stores.records.ended_classes(before.date())[:AT_ONCE]
        for class_id in ended:
            self.erasure.erase_class(class_id)
            self.erasure.stores.audit.record(AuditEntry(SCHEDULE, "class.delete", class_id))
        return len(ended)

    def _erase_students(self, before: datetime) -> int:
        by_class: dict[str, list[str]] = defaultdict(list)
        for class_id, user_id in self.erasure.stores.records.inactive_students(before, AT_ONCE):
            by_class[class_id].append(user_id)
        for class_id, user_ids in by_class.items():
            self.erasure.remove(class_id, user_ids)
        return sum(map(len, by_class.values()))

    @staticmethod
    def _days_before(now: datetime, days: int) -> datetime | None:
        return now - timedelta(days=days) if days else None


def _to_json(proof: RetentionRun) -> dict[str, Any]:
    before = proof.before.isoformat() if proof.before else None
    return {"kind": proof.kind, "before": before, "removed": proof.removed, "seconds": proof.seconds}
