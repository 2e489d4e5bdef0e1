"""The time series, read from the facts themselves: the default where no InfluxDB is configured."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, func, literal_column, select

from classpulse.adapters.postgres.engine import translated_errors
from classpulse.adapters.postgres.tables import classes, facts
from classpulse.domain.batches import Fact
from classpulse.domain.series import Minute

# As parameters, each use would be another expression to PostgreSQL, and GROUP BY would not know it again.
_MINUTE, _UTC = literal_column("'minute'"), literal_column("'UTC'")


class PostgresSeries:
    """The SeriesStore on PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def write(self, facts: Sequence[Fact]) -> None:
        """Nothing is left to do: the facts, stored before they reach the series queue, are the series."""

    def read_minutes(self, class_id: str, start: datetime, end: datetime) -> list[Minute]:
        """See SeriesStore.read_minutes."""
        minute = func.date_trunc(_MINUTE, facts.c.event_time, _UTC).label("start")
        counted = (
            select(
                minute,
                func.count().label("events"),
                func.count().filter(facts.c.is_run).label("runs"),
                func.count().filter(facts.c.is_error).label("errors"),
                func.count(facts.c.student_id.distinct()).label("students"),
            )
            .join_from(facts, classes, classes.c.id == facts.c.class_id)
            .where(classes.c.name == class_id, facts.c.event_time >= start, facts.c.event_time < end)
            .group_by(minute)
            .order_by(minute)
        )
        with translated_errors(), self._engine.connect() as connection:
            rows = connection.execute(counted).mappings().all()
        return [Minute.model_validate(dict(row)) for row in rows]
