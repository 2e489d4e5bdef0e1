"""The FactStore port on PostgreSQL: one statement per batch, which stores it and returns what it changed."""

import json
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Engine, literal, select, text

from classpulse.core.postgres import translated_errors
from classpulse.ingest.batches import Fact
from classpulse.ingest.error_names import error_name, error_summary
from classpulse.ingest.events import Outcome
from classpulse.progress.model import STUDENTS, CellState
from classpulse.progress.places import placing_of
from classpulse.progress.ports import StoredClass
from classpulse.progress.runs import turn_of

_STORE = text("SELECT * FROM store_and_read(CAST(:batch AS jsonb))")
_STATES = TypeAdapter(list[CellState])
# Fields that are in columns, or follow from one, and so stay out of the payload: of every event, and of a run.
_NAMES = {"user_id", "user_name", "team_name", "session_id", "class_id", "run_id"}
_PLACE = {"notebook_path", "cell_id", "cell_index", "cell_type"}
_IN_FACTS = {"event_id", "event_type", "event_time"} | _NAMES | _PLACE
_IN_EXECUTIONS = {"code", "execution_count", "has_error", "error_message", "result", "execution_duration_ms"}


class PostgresFacts:
    """Stores facts with the SQL function store_and_read()."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ping(self) -> None:
        """See Pingable.ping."""
        with translated_errors(), self._engine.connect() as connection:
            connection.execute(select(literal(1)))

    def store(self, facts: Sequence[Fact]) -> list[StoredClass]:
        """See FactStore.store."""
        if not facts:
            return []
        batch = json.dumps([to_incoming(fact) for fact in facts], ensure_ascii=False, allow_nan=False)
        with translated_errors(), self._engine.begin() as connection:
            classes = connection.execute(_STORE, {"batch": batch}).all()
        return [
            StoredClass(
                row.class_name,
                row.revision,
                frozenset(facts[int(number)].identity for number in json.loads(row.stored)),
                STUDENTS.validate_json(row.students),
                _STATES.validate_json(row.cells or "[]"),
                _changed_teams(row.students),
            )
            for row in classes
        ]


def _changed_teams(students: str) -> frozenset[str]:
    if '"left_team":"' not in students:
        return frozenset()
    moved = [student for student in json.loads(students) if student["left_team"] is not None]
    return frozenset(team for one in moved for team in (one["left_team"], one["team_name"]) if team is not None)


def to_incoming(fact: Fact) -> dict[str, Any]:
    """Return the fact as a JSON object with the fields of the SQL type incoming_fact."""
    event = fact.event
    outcome, turn = event.outcome, turn_of(event)
    incoming: dict[str, Any] = {
        "class_name": fact.class_id,
        "event_id": event.event_id,
        "ordering": event.ordering,
        "event_type": event.event_type,
        "event_time": event.event_time.isoformat(),
        "received_at": fact.received_at.isoformat(),
        "user_id": event.user_id,
        "user_name": event.user_name,
        "team_name": event.team_name,
        "session_id": event.session_id,
        "notebook_path": event.notebook_path,
        "cell_name": event.cell_id if event.notebook_path else None,
        "cell_index": event.cell_index,
        "cell_type": event.cell_type,
        "run_id": event.run_id,
        "turn": turn,
        "turn_known": True,
        "placed_at": placing_of(event),
        "outcome": outcome,
        "is_run": event.is_run,
        "is_error": outcome is Outcome.ERROR,
        "payload": _payload(fact) or None,
    }
    if outcome:
        failed = outcome is Outcome.ERROR
        incoming |= {
            "error_name": error_name(event.error_message) if failed else None,
            "error_summary": error_summary(event.error_message) if failed else None,
            "execution_count": event.execution_count,
            "duration_ms": event.execution_duration_ms,
            "error_message": event.error_message,
            "code": event.code,
            "result": event.result,
        }
    return incoming


def _payload(fact: Fact) -> dict[str, Any]:
    event = fact.event
    in_columns = _IN_FACTS | _IN_EXECUTIONS if event.outcome else _IN_FACTS
    if not event.is_run:
        in_columns = in_columns - {"has_error"}
    payload = event.model_dump(mode="json", by_alias=True, exclude=in_columns, exclude_none=True)
    # A cell id without a notebook identifies no cell, so it goes into the payload.
    if event.cell_id and not event.notebook_path:
        payload["cellId"] = event.cell_id
    return payload
