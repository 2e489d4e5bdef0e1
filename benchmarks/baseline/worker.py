"""The worker: store each event of the channel, row by row. Run: python -m benchmarks.baseline.worker."""

import json
import os
from datetime import datetime
from typing import Any, TypeVar

from redis import Redis
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from benchmarks.baseline.models import Base, Cell, Execution, Notebook, Progress, Student

EVENTS, PROGRESS = "events", "progress"
Row = TypeVar("Row", bound=Base)


def get_or_create(session: Session, kind: type[Row], values: dict[str, Any] | None = None, **keys: Any) -> Row:
    """Return the row with these keys; create and commit it if it does not exist."""
    found = session.scalar(select(kind).filter_by(**keys))
    if found is None:
        found = kind(**keys, **(values or {}))
        session.add(found)
        session.commit()
    return found


def store(session: Session, event: dict[str, Any]) -> dict[str, Any]:
    """Store an event and return the student's progress."""
    class_id, when = event["classId"], datetime.fromisoformat(event["eventTime"])
    student = get_or_create(
        session, Student, {"user_name": event.get("userName")}, class_id=class_id, user_id=event["userId"]
    )
    notebook = get_or_create(session, Notebook, class_id=class_id, path=event["notebookPath"])
    cell = get_or_create(
        session, Cell, {"position": event.get("cellIndex")}, notebook_id=notebook.id, name=event["cellId"]
    )
    session.add(
        Execution(
            event_id=event["eventId"],
            student_id=student.id,
            cell_id=cell.id,
            event_time=when,
            has_error=event["hasError"],
            payload=event,
        )
    )
    session.commit()
    progress = get_or_create(session, Progress, student_id=student.id)
    progress.runs += 1
    progress.errors += event["hasError"]
    progress.last_event, progress.cell_id = when, cell.id
    session.commit()
    return {"userId": student.user_id, "classId": class_id, "runs": progress.runs, "errors": progress.errors}


def main() -> None:
    """Store events until the process ends."""
    engine = create_engine(os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+pg8000://"))
    Base.metadata.create_all(engine)
    redis = Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
    with redis.pubsub(ignore_subscribe_messages=True) as channel:  # type: ignore[no-untyped-call]  # redis-py
        channel.subscribe(EVENTS)
        print("listening", flush=True)
        for message in channel.listen():
            event = json.loads(message["data"])
            with Session(engine) as session:
                progress = store(session, event)
            redis.publish(PROGRESS, json.dumps(progress))


if __name__ == "__main__":
    main()
