"""The Enrolments port on PostgreSQL."""

from sqlalchemy import Engine, func, select

from classpulse.classes.ports import Enrolment, RosterEntry
from classpulse.classes.postgres_policies import to_policy
from classpulse.core.access_tables import class_policies, guests, ingest_keys, roster, student_tokens
from classpulse.core.postgres import translated_errors
from classpulse.core.tables import classes
from classpulse.ingest.ports import StudentToken


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
            linked = select(guests.c.user_id, guests.c.pseudonym).where(
                guests.c.class_id == row["class_id"], guests.c.roster_user_id == row["user_id"]
            )
            guest_ids = [
                guest_id for guest in connection.execute(linked.order_by(guests.c.user_id)) for guest_id in guest
            ]
        line = {name: row[name] for name in ("user_id", "pseudonym", "user_name", "team_name", "joined_at")}
        entry = RosterEntry(**line, guest_ids=tuple(guest_ids)) if row["user_id"] is not None else None
        return Enrolment(row["title"], to_policy(row), entry)

    def is_valid(self, token: StudentToken) -> bool:
        """See Enrolments.is_valid."""
        key_ends = func.least(ingest_keys.c.revoked_at, ingest_keys.c.expires_at)
        wanted = (
            select(student_tokens.c.id)
            .join(classes, classes.c.id == student_tokens.c.class_id)
            .outerjoin(ingest_keys, ingest_keys.c.id == student_tokens.c.key_id)
            .where(
                student_tokens.c.id == token.token_id,
                student_tokens.c.user_id == token.user_id,
                classes.c.name == token.class_id,
                key_ends.is_(None) | (key_ends > func.now()),
            )
        )
        with translated_errors(), self._engine.connect() as connection:
            return connection.execute(wanted).scalar() is not None
