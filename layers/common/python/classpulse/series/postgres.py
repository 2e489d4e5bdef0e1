"""The time series, read from the facts themselves: the default where no InfluxDB is configured."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, func, literal_column, select

from classpulse.core.postgres import translated_errors
from classpulse.core.tables import cells, classes, facts, notebooks, sessions, students
from classpulse.ingest.batches import Fact
from classpulse.series.model import EVERYTHING, Minute, SeriesFilter

# The sessions in the period whose clock is slow: their events count in the minutes in which they happened.
_slow = sessions.alias("slow")
_happened: ColumnElement[datetime] = literal_column(
    "facts.event_time + coalesce(slow.clock_offset, 0) * interval '1 s'"
)
_SECOND: ColumnElement[timedelta] = literal_column("interval '1 second'")
# No parameters: PostgreSQL would not recognise SELECT and GROUP BY as the same expression.
_MINUTE: ColumnElement[str] = literal_column("'minute'")
_UTC: ColumnElement[str] = literal_column("'UTC'")


class PostgresSeries:
    """The SeriesStore port on PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ping(self) -> None:
        """See Pingable.ping."""
        with translated_errors(), self._engine.connect() as connection:
            connection.execute(select(1))

    def write(self, facts: Sequence[Fact]) -> None:
        """Do nothing: the facts are the series, and consume stores them before it queues them here."""

    def anonymise(self, facts: Sequence[Fact]) -> None:
        """Do nothing: erasing the facts erases the series."""

    def read_minutes(
        self, class_id: str, start: datetime, end: datetime, only: SeriesFilter = EVERYTHING
    ) -> list[Minute]:
        """See SeriesStore.read_minutes."""
        minute = func.date_trunc(_MINUTE, _happened, _UTC).label("start")
        # One value for the statement, so that the index on event times still serves.
        earliest = (
            start
            - select(func.coalesce(func.max(_slow.c.clock_offset), 0) * _SECOND)
            .where(
                _slow.c.class_id == select(classes.c.id).where(classes.c.name == class_id).scalar_subquery(),
                _slow.c.clock_offset > 0,
                _slow.c.last_received_at >= start,
                _slow.c.first_event_time < end,
            )
            .correlate(None)
            .scalar_subquery()
        )
        query = (
            select(
                minute,
                func.count().label("events"),
                func.count().filter(facts.c.is_run).label("runs"),
                func.count().filter(facts.c.is_error).label("errors"),
                func.count(facts.c.student_id.distinct()).label("students"),
            )
            .join_from(facts, classes, classes.c.id == facts.c.class_id)
            .outerjoin(
                _slow,
                (_slow.c.student_id == facts.c.student_id)
                & (_slow.c.session_id == func.coalesce(facts.c.session_id, ""))
                & (_slow.c.clock_offset > 0),
            )
            .where(classes.c.name == class_id, facts.c.event_time >= earliest, facts.c.event_time < end)
            .where(_happened >= start, _happened < end, *_conditions(only))
            .group_by(minute)
            .order_by(minute)
        )
        with translated_errors(), self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return [Minute.model_validate(dict(row)) for row in rows]


def _conditions(only: SeriesFilter) -> list[ColumnElement[bool]]:
    """Return the filter's conditions; an unknown name matches nothing."""
    conditions: list[ColumnElement[bool]] = []
    if only.user_ids is not None:
        student_ids = select(students.c.id).where(
            students.c.class_id == facts.c.class_id, students.c.user_id.in_(only.user_ids)
        )
        conditions.append(facts.c.student_id.in_(student_ids))
    if only.notebook_path is not None:
        notebook_id = select(notebooks.c.id).where(
            notebooks.c.class_id == facts.c.class_id, notebooks.c.path == only.notebook_path
        )
        conditions.append(facts.c.notebook_id == notebook_id.scalar_subquery())
    if only.cell_id is not None:
        # Several notebooks may contain the same cell id, as copies do.
        conditions.append(facts.c.cell_id.in_(select(cells.c.id).where(cells.c.name == only.cell_id)))
    return conditions
