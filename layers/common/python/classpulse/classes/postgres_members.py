"""Members of classes on PostgreSQL: accounts with a role, and addresses that have no account yet."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from classpulse.classes.ports import Appointed, Member
from classpulse.core.access_tables import accounts, class_teachers, invitations, memberships
from classpulse.core.tables import classes
from classpulse.identity.model import Grant, Role
from classpulse.identity.postgres import lock_address


def read_members(connection: Connection, class_id: str) -> list[Member]:
    """See ClassRepository.members."""
    members = select(accounts.c.email, memberships.c.role, memberships.c.team_name)
    members = members.join_from(memberships, accounts, accounts.c.id == memberships.c.account_id)
    invited = select(invitations.c.email, invitations.c.role, invitations.c.team_name)
    rows = connection.execute(
        members.join(classes, classes.c.id == memberships.c.class_id)
        .where(classes.c.name == class_id)
        .union_all(invited.join(classes, classes.c.id == invitations.c.class_id).where(classes.c.name == class_id))
    )
    found = [Member(row.email, Grant(Role(row.role), row.team_name)) for row in rows]
    return sorted(found, key=lambda member: member.email)


def list_teachers(connection: Connection, class_id: str, pseudonym_of: Callable[[str], str]) -> None:
    """Store the ids under which the class's members send events, so that storing finds them by key."""
    number = connection.execute(select(classes.c.id).where(classes.c.name == class_id)).scalar_one()
    emails = {member.email for member in read_members(connection, class_id)}
    connection.execute(delete(class_teachers).where(class_teachers.c.class_id == number))
    lines = [{"class_id": number, "email": email, "pseudonym": pseudonym_of(email)} for email in sorted(emails)]
    if lines:
        connection.execute(insert(class_teachers), lines)


def appoint(connection: Connection, number: int, email: str, grant: Grant | None) -> Appointed | None:
    """See ClassRepository.appoint; number: the class's row id."""
    email = email.lower()
    lock_address(connection, email)
    account_id = connection.execute(select(accounts.c.id).where(accounts.c.email == email)).scalar_one_or_none()
    if account_id is not None and _is_last_instructor(connection, number, account_id, grant):
        return None
    if grant is None:
        _dismiss(connection, number, email, account_id)
    elif account_id is None:
        _set(connection, invitations, {"email": email, "class_id": number}, grant)
    else:
        _set(connection, memberships, {"account_id": account_id, "class_id": number}, grant)
    return Appointed(account_id)


def _is_last_instructor(connection: Connection, number: int, account_id: int, grant: Grant | None) -> bool:
    wanted = (
        select(memberships.c.account_id)
        .join(accounts, accounts.c.id == memberships.c.account_id)
        .where(memberships.c.class_id == number, memberships.c.role == Role.INSTRUCTOR.value)
        .where(accounts.c.disabled_at.is_(None))
    )
    stays = grant is not None and grant.role is Role.INSTRUCTOR
    return set(connection.scalars(wanted)) == {account_id} and not stays


def _dismiss(connection: Connection, number: int, email: str, account_id: int | None) -> None:
    invited = (invitations.c.class_id == number) & (invitations.c.email == email)
    connection.execute(delete(invitations).where(invited))
    member = (memberships.c.class_id == number) & (memberships.c.account_id == account_id)
    connection.execute(delete(memberships).where(member))


def _set(connection: Connection, table: Table, keys: dict[str, Any], grant: Grant) -> None:
    values = {"role": grant.role.value, "team_name": grant.team_name}
    new = upsert(table).values(**keys, **values)
    connection.execute(new.on_conflict_do_update(index_elements=list(keys), set_=values))
