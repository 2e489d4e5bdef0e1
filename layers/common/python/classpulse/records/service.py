"""The use cases of the administer function: export and retention of personal data, and erasure (erasure.py)."""

from typing import Any

from classpulse.core.errors import NotFound
from classpulse.core.moments import rfc3339
from classpulse.core.problems import ErrorCode, Problem
from classpulse.progress.ports import ProgressReader
from classpulse.records.audit import OPERATOR, AuditEntry
from classpulse.records.dead_letters import events_of
from classpulse.records.erasure import STUDENT_UNKNOWN, Erasure
from classpulse.records.retention import Retention

PAGE = 500
CLASS_UNKNOWN = Problem(ErrorCode.NOT_FOUND, "there is no class with this id, and nothing of it is stored")


class Records:
    """What operators and schedules do with personal data."""

    def __init__(self, reader: ProgressReader, erasure: Erasure, retention: Retention) -> None:
        self.erase = erasure
        self.retain = retention
        self._reader = reader

    def export(self, class_id: str, user_id: str, after: int = 0) -> dict[str, Any]:
        """Return everything that is stored about a student; `next` is the `after` of the next page of events.

        Raises NotFound, TransientError.
        """
        ids = self.erase.ids_of(class_id, user_id)
        erased_at = self.erase.erased_at(class_id, ids)
        if erased_at is None and not self.erase.is_stored(class_id, ids):
            raise NotFound(STUDENT_UNKNOWN)
        stores = self.erase.stores
        stores.audit.record(AuditEntry(OPERATOR, "student.export", class_id, user_id))
        students = [found for one in ids if (found := self._reader.read_student(class_id, one))]
        sessions = self._reader.read_sessions(class_id, ids)
        page = self._reader.read_facts(class_id, after, PAGE, ids)
        letters = [event for queue in stores.dead_letters for event in events_of(queue, class_id, ids)]
        return {
            "classId": class_id,
            "userId": user_id,
            "userIds": ids,
            "erasedAt": rfc3339(erased_at) if erased_at else None,
            "roster": stores.records.roster_lines(class_id, ids),
            "notebookNames": stores.records.notebook_names(class_id, ids),
            "progress": students[0][0].model_dump(mode="json", by_alias=True) if students else None,
            "cells": [cell.model_dump(mode="json", by_alias=True) for _, cells in students for cell in cells],
            "sessions": [line.model_dump(mode="json", by_alias=True) for line in sessions],
            "events": page.events,
            "deadLetters": [event.model_dump(mode="json", by_alias=True, exclude_none=True) for event in letters],
            "next": page.next,
        }

    def erase_class(self, class_id: str) -> dict[str, Any]:
        """Erase a class with all its students. Raises NotFound, TransientError."""
        removed = self.erase.erase_class(class_id)
        if not removed["rows"]:
            raise NotFound(CLASS_UNKNOWN)
        self.erase.stores.audit.record(AuditEntry(OPERATOR, "class.delete", class_id))
        return {"status": "erased", "classId": class_id, **removed}
