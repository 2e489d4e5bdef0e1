"""The use cases of the administer function: export, erasure and retention of personal data."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from classpulse.core.ports import Clock
from classpulse.progress.ports import ProgressReader
from classpulse.queues.ports import DeadLetterQueue
from classpulse.records.dead_letters import events_of, remove_student
from classpulse.records.ports import RecordStore
from classpulse.series.ports import SeriesStore

logger = logging.getLogger(__name__)

PAGE = 500


class Records:
    """raw_data_days: after so many days raw code and output are cleared; 0: never."""

    def __init__(
        self,
        reader: ProgressReader,
        store: RecordStore,
        series: SeriesStore,
        *,
        dead_letters: Sequence[DeadLetterQueue],
        clock: Clock,
        raw_data_days: int,
    ) -> None:
        self._reader = reader
        self._store = store
        self._series = series
        self._dead_letters = dead_letters
        self._clock = clock
        self._raw_data_days = raw_data_days

    def export(self, class_id: str, user_id: str, after: int = 0) -> dict[str, Any]:
        """Return everything that is stored about a student; `next` is the `after` of the next page of events."""
        student = self._reader.read_student(class_id, user_id)
        page = self._reader.read_facts(class_id, after, PAGE, [user_id])
        letters = [event for queue in self._dead_letters for event in events_of(queue, class_id, user_id)]
        return {
            "classId": class_id,
            "userId": user_id,
            "progress": student[0].model_dump(mode="json", by_alias=True) if student else None,
            "cells": [cell.model_dump(mode="json", by_alias=True) for cell in student[1]] if student else [],
            "events": page.events,
            "deadLetters": [event.model_dump(mode="json", by_alias=True, exclude_none=True) for event in letters],
            "next": page.next,
        }

    def erase(self, class_id: str, user_id: str) -> dict[str, Any]:
        """Erase a student from every store; the facts are deleted last, so that a failed erasure can be retried.

        Points of the time series stay, without the student's id.
        """
        letters = sum(remove_student(queue, class_id, user_id) for queue in self._dead_letters)
        facts = self._store.facts_of_student(class_id, user_id)
        if facts:
            self._series.anonymise(facts)
        erased = self._store.erase_student(class_id, user_id)
        logger.info("student erased", extra={"events": erased, "deadLetters": letters})
        return {"events": erased, "deadLetters": letters}

    def retain(self) -> dict[str, Any]:
        """Clear code, output and error messages of runs that are older than the settings allow."""
        if self._raw_data_days == 0:
            return {"forgotten": 0, "before": None}
        before = self._clock() - timedelta(days=self._raw_data_days)
        forgotten = self._store.forget_raw_data(before)
        logger.info("raw data cleared", extra={"events": forgotten, "before": before.isoformat()})
        return {"forgotten": forgotten, "before": before.isoformat()}
