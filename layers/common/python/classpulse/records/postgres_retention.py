"""Clear data by age: raw data by the time at which it was stored."""

from datetime import date, datetime

from sqlalchemy import Connection, delete, func, null, or_, select, union, update

from classpulse.core.access_tables import (
    class_policies,
    guests,
    ingest_keys,
    personal_codes,
    refresh_tokens,
    revoked_tokens,
    roster,
    student_tokens,
)
from classpulse.core.tables import attention, cell_executions, classes, facts, progress, sessions, students

# Facts that one transaction clears: few, so that it holds its locks for a short time only.
AT_ONCE = 5000


def forget(connection: Connection, before: datetime) -> int:
    """Clear all raw data of up to AT_ONCE facts of any type that are older; return how many there were.

    Raw is what a student or a client wrote: code, output, error texts, metadata, a client's own fields, session ids.
    """
    old = (
        select(facts.c.id)
        .where(facts.c.raw, facts.c.stored_at < before)
        .order_by(facts.c.stored_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    ids = list(connection.execute(old).scalars())
    connection.execute(
        update(cell_executions)
        .where(cell_executions.c.fact_id.in_(ids))
        .values(code=null(), result=null(), error_message=null(), error_summary=null())
    )
    connection.execute(update(facts).where(facts.c.id.in_(ids)).values(payload=null(), session_id=null(), raw=False))
    of_students = sessions.c.student_id.in_(select(facts.c.student_id).where(facts.c.id.in_(ids)).distinct())
    connection.execute(delete(sessions).where(of_students, sessions.c.last_received_at < before))
    return len(ids)


def forget_notes(connection: Connection, before: datetime) -> int:
    """Clear teachers' notes and claims about students who have not changed since; return how many there were."""
    quiet = select(progress.c.student_id).where(progress.c.changed_at < before)
    written = attention.c.note.is_not(None) | attention.c.claimed_by.is_not(None)
    clear = update(attention).where(attention.c.student_id.in_(quiet), written)
    return connection.execute(clear.values(note=null(), claimed_by=null(), claimed_at=null())).rowcount


def ended_classes(connection: Connection, before: date) -> list[str]:
    """Return the classes whose last day was before a date."""
    ended = select(classes.c.name).join(class_policies, class_policies.c.class_id == classes.c.id)
    return list(connection.execute(ended.where(class_policies.c.ends_on < before)).scalars())


def inactive_students(connection: Connection, before: datetime, limit: int) -> list[tuple[str, str]]:
    """Return students without any event since an instant, and roster lines that nobody has used since."""
    silent = (
        select(classes.c.name, students.c.user_id)
        .join_from(progress, students, students.c.id == progress.c.student_id)
        .join(classes, classes.c.id == progress.c.class_id)
        .where(progress.c.last_seen < before)
    )
    of_guests = select(guests.c.user_id).where(
        guests.c.class_id == roster.c.class_id, guests.c.roster_user_id == roster.c.user_id
    )
    ids = (roster.c.user_id, roster.c.pseudonym)
    present = select(students.c.id).where(
        students.c.class_id == roster.c.class_id,
        or_(students.c.user_id.in_(ids), students.c.user_id.in_(of_guests.correlate(roster))),
    )
    unused = (
        select(classes.c.name, roster.c.user_id)
        .join_from(roster, classes, classes.c.id == roster.c.class_id)
        .where(func.coalesce(roster.c.joined_at, roster.c.created_at) < before, ~present.exists())
    )
    guest_ids = (guests.c.user_id, guests.c.pseudonym)
    of_guest = select(students.c.id).where(students.c.class_id == guests.c.class_id, students.c.user_id.in_(guest_ids))
    gone = (
        select(classes.c.name, guests.c.user_id)
        .join_from(guests, classes, classes.c.id == guests.c.class_id)
        .where(guests.c.joined_at < before, ~of_guest.exists())
    )
    rows = connection.execute(union(silent, unused, gone).limit(limit))
    return [(row.name, row.user_id) for row in rows]


def forget_sign_ins(connection: Connection, before: datetime) -> int:
    """Delete sign-ins that expired before an instant; return how many there were."""
    return connection.execute(delete(refresh_tokens).where(refresh_tokens.c.expires_at < before)).rowcount


def forget_keys(connection: Connection, before: datetime) -> int:
    """Delete keys, codes and tokens that expired or were revoked before an instant; return how many there were."""
    dead = or_(ingest_keys.c.expires_at < before, ingest_keys.c.revoked_at < before)
    removed = connection.execute(delete(ingest_keys).where(dead)).rowcount
    # Revoked tokens last: deleting a token adds one.
    for table in (student_tokens, personal_codes, revoked_tokens):
        removed += connection.execute(delete(table).where(table.c.expires_at < before)).rowcount
    return removed
