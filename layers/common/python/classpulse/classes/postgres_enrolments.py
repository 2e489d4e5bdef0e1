"""The Enrolments port on PostgreSQL."""

from sqlalchemy import Engine, select

from classpulse.classes.ports import Enrolment, RosterEntry
from classpulse.classes.postgres_policies import to_policy
from classpulse.core.access_tables import class_policies, roster
from classpulse.core.postgres import translated_errors
from classpulse.core.tables import classes


class PostgresEnrolments:
    """The Enrolments port: one row has the class's policy and the student's entry on the roster."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read_enrolment(self, class_id: str, user_id: str) -> Enrolment | None:
        """See Enrolments.read_enrolment."""
        wanted = (
            select(
                class_policies,
                classes.c.name,
                roster.c.user_id,
                roster.c.pseudonym,
                roster.c.user_name,
                roster.c.team_name,
                roster.c.joined_at,
            )
            .join_from(class_policies, classes, classes.c.id == class_policies.c.class_id)
            .outerjoin(roster, (roster.c.class_id == class_policies.c.class_id) & (roster.c.user_id == user_id))
            .where(classes.c.name == class_id)
        )
        with translated_errors(), self._engine.connect() as connection:
            row = connection.execute(wanted).mappings().one_or_none()
        if row is None:
            return None
        line = {name: row[name] for name in ("user_id", "pseudonym", "user_name", "team_name", "joined_at")}
        entry = RosterEntry(**line) if row["user_id"] is not None else None
        return Enrolment(row["title"], to_policy(row), entry)
