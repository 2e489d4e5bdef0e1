"""Find and remove a student's events and updates in a dead-letter queue."""

import json
from collections.abc import Collection

from pydantic import ValidationError

from classpulse.ingest.batches import Batch
from classpulse.ingest.events import Event
from classpulse.progress.updates import UPDATE, Changed
from classpulse.queues.ports import DeadLetterQueue


def events_of(letters: DeadLetterQueue, class_id: str, user_ids: Collection[str]) -> list[Event]:
    """Return the student's events in the queue. Raises QueueUnavailable."""
    return [event for body in letters.read() for event in _events(body, class_id, user_ids)]


def remove_student(letters: DeadLetterQueue, class_id: str, user_ids: Collection[str]) -> int:
    """Remove the student from the queue; return how many events and updates there were. Raises QueueUnavailable."""
    removed = 0

    def without_student(body: str) -> str | None:
        nonlocal removed
        rest, theirs = _split(body, class_id, user_ids)
        removed += theirs
        return rest if theirs else body

    letters.edit(without_student)
    return removed


def _events(body: str, class_id: str, user_ids: Collection[str]) -> list[Event]:
    try:
        events = Batch.model_validate_json(body).events
    except ValidationError:
        return []
    return [event for event in events if event.class_id == class_id and event.user_id in user_ids]


def _split(body: str, class_id: str, user_ids: Collection[str]) -> tuple[str | None, int]:
    """Return a dead letter without the student (None if nothing is left), and how many events or updates were theirs.

    A letter that nobody can read any more goes as a whole if one of its texts is the student's id.
    """
    try:
        batch = Batch.model_validate_json(body)
    except ValidationError:
        return _split_update(body, class_id, user_ids)
    theirs = _events(body, class_id, user_ids)
    others = [event for event in batch.events if event not in theirs]
    return (batch.with_events(others).to_json() if others else None), len(theirs)


def _split_update(body: str, class_id: str, user_ids: Collection[str]) -> tuple[str | None, int]:
    try:
        update = UPDATE.validate_json(body)
    except ValidationError:
        return None, int(any(text in body for user_id in user_ids for text in _quoted(user_id)))
    if not isinstance(update, Changed) or update.class_id != class_id:
        return body, 0
    students = [student for student in update.students if student.user_id not in user_ids]
    cells = [cell for cell in update.cells if cell.user_id not in user_ids]
    removed = len(update.students) - len(students) + len(update.cells) - len(cells)
    return update.model_copy(update={"students": students, "cells": cells}).to_json(), removed


def _quoted(text: str) -> set[str]:
    """Return the text as it may stand in a JSON document."""
    return {json.dumps(text), json.dumps(text, ensure_ascii=False)}
