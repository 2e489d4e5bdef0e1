"""The ClassRepository port on PostgreSQL: a change is published to ingest before it is committed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from classpulse.classes.ports import (
    Appointed,
    KeyToStore,
    Member,
    RegisteredClass,
    RosterChange,
    RosterEntry,
    StoredKey,
)
from classpulse.classes.postgres_joining import remove_all_but_roster
from classpulse.classes.postgres_members import appoint, list_teachers, read_members
from classpulse.classes.postgres_policies import one_at_a_time, publishing, to_policy
from classpulse.classes.postgres_roster_names import apply_roster, lock_progress
from classpulse.core.access_tables import class_policies, guests, ingest_keys, memberships, roster
from classpulse.core.postgres import translated_errors
from classpulse.core.tables import classes
from classpulse.identity.model import Grant, Role
from classpulse.ingest.ports import PolicyCache
from classpulse.progress.updates import Changed


class PostgresClassRepository:
    """A change that cannot be published is rolled back. A published change whose commit fails is undone by Publish."""

    def __init__(self, engine: Engine, policy_cache: PolicyCache) -> None:
        self._engine = engine
        self._policy_cache = policy_cache

    def read(self, class_ids: Sequence[str] | None) -> list[RegisteredClass]:
        """See ClassRepository.read."""
        with self._reading() as connection:
            return _read(connection, *(() if class_ids is None else (classes.c.name.in_(class_ids),)))

    def register(self, new: RegisteredClass, instructor: int | None) -> bool:
        """See ClassRepository.register."""
        policy = new.policy
        with self._publishing(policy.class_id) as connection:
            added = upsert(classes).values(name=policy.class_id).on_conflict_do_nothing().returning(classes.c.id)
            class_id = connection.execute(added).scalar_one_or_none()
            if class_id is None:
                if instructor is not None or _read(connection, classes.c.name == policy.class_id):
                    return False
                class_id = _id_of(connection, policy.class_id)
            values = policy.model_dump(mode="json", exclude={"class_id"})
            connection.execute(
                insert(class_policies).values(class_id=class_id, title=new.title, ends_on=new.ends_on, **values)
            )
            if instructor is not None:
                member = {"account_id": instructor, "class_id": class_id, "role": Role.INSTRUCTOR.value}
                connection.execute(insert(memberships).values(member))
            return True

    def change(self, class_id: str, changes: Mapping[str, Any]) -> RegisteredClass | None:
        """See ClassRepository.change."""
        with self._publishing(class_id) as connection:
            if changes:
                of_class = class_policies.c.class_id == _id_of(connection, class_id)
                connection.execute(update(class_policies).where(of_class).values(**changes))
            return next(iter(_read(connection, classes.c.name == class_id)), None)

    def members(self, class_id: str) -> list[Member]:
        """See ClassRepository.members."""
        with self._reading() as connection:
            return read_members(connection, class_id)

    def appoint(self, class_id: str, email: str, grant: Grant | None) -> Appointed | None:
        """See ClassRepository.appoint."""
        with translated_errors(), self._engine.begin() as connection:
            one_at_a_time(connection)
            return appoint(connection, _id_of(connection, class_id), email, grant)

    def mark_teachers(self, class_id: str, pseudonym_of: Callable[[str], str]) -> Changed | None:
        """See ClassRepository.mark_teachers."""
        with translated_errors(), self._engine.begin() as connection:
            # No batch is stored between the change and the marks, and no member is appointed.
            one_at_a_time(connection)
            lock_progress(connection, class_id)
            list_teachers(connection, class_id, pseudonym_of)
            return apply_roster(connection, class_id)

    def keys(self, class_id: str) -> list[StoredKey]:
        """See ClassRepository.keys."""
        wanted = select(ingest_keys).join(classes, classes.c.id == ingest_keys.c.class_id)
        wanted = wanted.where(classes.c.name == class_id).order_by(ingest_keys.c.id.desc())
        with self._reading() as connection:
            return [_stored_key(row) for row in connection.execute(wanted)]

    def add_key(self, class_id: str, new: KeyToStore, replaces: tuple[int, datetime] | None) -> StoredKey | None:
        """See ClassRepository.add_key."""
        with self._publishing(class_id) as connection:
            number = _id_of(connection, class_id)
            if not _read(connection, classes.c.name == class_id):
                return None
            if replaces is not None:
                old = (ingest_keys.c.id == replaces[0]) & (ingest_keys.c.class_id == number)
                old &= ingest_keys.c.in_path == new.in_path
                ends = func.least(func.coalesce(ingest_keys.c.expires_at, replaces[1]), replaces[1])
                if not connection.execute(update(ingest_keys).where(old).values(expires_at=ends)).rowcount:
                    return None
            added = insert(ingest_keys).values(class_id=number, **vars(new)).returning(ingest_keys)
            return _stored_key(connection.execute(added).one())

    def revoke_key(self, class_id: str, key_id: int, now: datetime) -> bool:
        """See ClassRepository.revoke_key."""
        with self._publishing(class_id) as connection:
            of_class = ingest_keys.c.class_id == _id_of(connection, class_id)
            revoked = update(ingest_keys).where(of_class, ingest_keys.c.id == key_id)
            revoked = revoked.values(revoked_at=func.coalesce(ingest_keys.c.revoked_at, now))
            return connection.execute(revoked).rowcount == 1

    def roster(self, class_id: str) -> list[RosterEntry]:
        """See ClassRepository.roster."""
        with self._reading() as connection:
            return _roster(connection, class_id)

    def replace_roster(self, class_id: str, entries: Sequence[RosterEntry]) -> RosterChange:
        """See ClassRepository.replace_roster."""
        with self._publishing(class_id) as connection:
            lock_progress(connection, class_id)
            number = _lock_roster(connection, class_id)
            before = {entry.user_id: entry for entry in _roster(connection, class_id)}
            after = {entry.user_id: entry for entry in entries}
            added = [_line(number, entry) for user_id, entry in after.items() if user_id not in before]
            changed = [
                _line(number, entry)
                for user_id, entry in after.items()
                if (was := before.get(user_id))
                and (was.pseudonym, was.user_name, was.team_name) != (entry.pseudonym, entry.user_name, entry.team_name)
            ]
            removed = before.keys() - after.keys()
            if removed:
                gone = roster.c.user_id.in_(removed)
                connection.execute(delete(roster).where(roster.c.class_id == number, gone))
            if lines := added + changed:
                new = upsert(roster)
                names = ("pseudonym", "user_name", "team_name")
                new = new.on_conflict_do_update(
                    index_elements=[roster.c.class_id, roster.c.user_id],
                    set_={name: new.excluded[name] for name in names},
                )
                connection.execute(new, lines)
            remove_all_but_roster(connection, number)
            renamed = apply_roster(connection, class_id)
        return RosterChange(len(added), len(changed), len(removed), renamed)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with translated_errors(), self._engine.connect() as connection:
            yield connection

    def _publishing(self, class_id: str) -> AbstractContextManager[Connection]:
        return publishing(self._engine, self._policy_cache, class_id)


def _read(connection: Connection, *conditions: Any) -> list[RegisteredClass]:
    wanted = select(class_policies, classes.c.name).join(classes, classes.c.id == class_policies.c.class_id)
    rows = connection.execute(wanted.where(*conditions).order_by(classes.c.name)).mappings()
    return [RegisteredClass(row["title"], to_policy(row), row["ends_on"]) for row in rows]


def _id_of(connection: Connection, class_id: str) -> int:
    number: int = connection.execute(select(classes.c.id).where(classes.c.name == class_id)).scalar_one()
    return number


def _lock_roster(connection: Connection, class_id: str) -> int:
    """Return the class's row id, with its roster locked until the transaction ends."""
    number = _id_of(connection, class_id)
    wanted = select(class_policies.c.class_id).where(class_policies.c.class_id == number).with_for_update()
    locked: int = connection.execute(wanted).scalar_one()
    return locked


def _stored_key(row: Any) -> StoredKey:
    return StoredKey(row.id, row.hint, row.in_path, row.created_at, row.expires_at, row.revoked_at)


def _line(number: int, entry: RosterEntry) -> dict[str, Any]:
    names = ("user_id", "pseudonym", "user_name", "team_name")
    return {"class_id": number} | {name: getattr(entry, name) for name in names}


def _roster(connection: Connection, class_id: str) -> list[RosterEntry]:
    of_class = classes.c.name == class_id
    linked = select(guests.c.roster_user_id, guests.c.user_id, guests.c.pseudonym)
    linked = linked.join(classes, classes.c.id == guests.c.class_id).where(
        of_class, guests.c.roster_user_id.is_not(None)
    )
    guest_ids: dict[str, tuple[str, ...]] = {}
    for row in connection.execute(linked.order_by(guests.c.user_id)):
        guest_ids[row.roster_user_id] = (*guest_ids.get(row.roster_user_id, ()), row.user_id, row.pseudonym)
    wanted = select(roster).join(classes, classes.c.id == roster.c.class_id).where(of_class)
    return [
        RosterEntry(
            row.user_id, row.pseudonym, row.user_name, row.team_name, row.joined_at, guest_ids.get(row.user_id, ())
        )
        for row in connection.execute(wanted.order_by(roster.c.user_id))
    ]
