"""The JoiningRepository port on PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, func, insert, or_, select, update

from classpulse.classes.joining_ports import MOST_GUESTS, Added, Guest, Linked, Linking, MakeToken, StoredCode
from classpulse.classes.postgres_policies import publishing, read_policies
from classpulse.classes.postgres_roster_names import apply_roster, lock_progress
from classpulse.core.access_tables import (
    class_policies,
    guests,
    ingest_keys,
    personal_codes,
    revoked_tokens,
    roster,
    student_tokens,
)
from classpulse.core.postgres import translated_errors
from classpulse.core.tables import classes, students
from classpulse.ingest.ports import PolicyCache, StudentToken


class PostgresJoining:
    """Deleting a token revokes it: a trigger keeps its id, which is published to ingest before the commit."""

    def __init__(self, engine: Engine, policy_cache: PolicyCache) -> None:
        self._engine = engine
        self._policy_cache = policy_cache

    def add_guest(self, class_id: str, guest: Guest, token: StudentToken, key_id: int) -> Added:
        """See JoiningRepository.add_guest."""
        with translated_errors(), self._engine.begin() as connection:
            number = _lock_class(connection, class_id)
            # The lock makes a revocation wait for this token, so that it ends it too.
            valid = or_(ingest_keys.c.expires_at.is_(None), ingest_keys.c.expires_at > func.now())
            key = select(ingest_keys.c.id).where(ingest_keys.c.id == key_id, ingest_keys.c.revoked_at.is_(None), valid)
            if connection.execute(key.with_for_update(read=True)).scalar() is None:
                return Added.KEY_ENDED
            joined = select(func.count()).select_from(guests).where(guests.c.key_id == key_id)
            if connection.execute(joined).scalar_one() >= MOST_GUESTS:
                return Added.KEY_FULL
            if _is_in_use(connection, number, [guest.user_id, guest.pseudonym]):
                return Added.ID_IN_USE
            values = {name: getattr(guest, name) for name in ("user_id", "pseudonym", "user_name", "joined_at")}
            connection.execute(insert(guests).values(class_id=number, key_id=key_id, **values))
            _insert_tokens(connection, number, [token], key_id)
            return Added.DONE

    def guests(self, class_id: str) -> list[Guest]:
        """See JoiningRepository.guests."""
        wanted = select(guests).join(classes, classes.c.id == guests.c.class_id).where(classes.c.name == class_id)
        with translated_errors(), self._engine.connect() as connection:
            rows = connection.execute(wanted.order_by(guests.c.joined_at.desc(), guests.c.user_id)).all()
        return [Guest(row.user_id, row.pseudonym, row.user_name, row.joined_at, row.roster_user_id) for row in rows]

    def link_guest(self, class_id: str, user_id: str, roster_user_id: str | None, now: datetime) -> Linking:
        """See JoiningRepository.link_guest."""
        with translated_errors(), self._engine.begin() as connection:
            lock_progress(connection, class_id)
            number = _lock_class(connection, class_id)
            of_guest = (guests.c.class_id == number) & (guests.c.user_id == user_id)
            if connection.execute(select(guests.c.user_id).where(of_guest)).scalar() is None:
                return Linked.GUEST_UNKNOWN, None
            if roster_user_id is not None and _missing(connection, number, [roster_user_id]):
                return Linked.NOT_ON_ROSTER, None
            linked_at = now if roster_user_id is not None else None
            values = {"roster_user_id": roster_user_id, "linked_at": linked_at}
            connection.execute(update(guests).where(of_guest).values(values))
            return Linked.DONE, apply_roster(connection, class_id)

    def remove_guest(self, class_id: str, user_id: str) -> Linking:
        """See JoiningRepository.remove_guest."""
        with self._changing_tokens(class_id) as (connection, number):
            of_guest = (guests.c.class_id == number) & (guests.c.user_id == user_id)
            removed = connection.execute(delete(guests).where(of_guest)).rowcount
            revoke_tokens(connection, number, [user_id])
            return (Linked.DONE, apply_roster(connection, class_id)) if removed else (Linked.GUEST_UNKNOWN, None)

    def add_codes(self, class_id: str, codes: Sequence[StoredCode], *, keep_tokens: bool) -> list[str]:
        """See JoiningRepository.add_codes."""
        user_ids = [code.user_id for code in codes]
        with self._changing_tokens(class_id) as (connection, number):
            if missing := _missing(connection, number, user_ids):
                return missing
            of_students = (personal_codes.c.class_id == number) & personal_codes.c.user_id.in_(user_ids)
            connection.execute(delete(personal_codes).where(of_students))
            if not keep_tokens:
                revoke_tokens(connection, number, user_ids)
            if codes:
                connection.execute(insert(personal_codes), [{"class_id": number, **vars(code)} for code in codes])
        return []

    def redeem_code(self, digest: str, now: datetime, make: MakeToken) -> StudentToken | None:
        """See JoiningRepository.redeem_code."""
        valid = (personal_codes.c.used_at.is_(None)) & (personal_codes.c.expires_at > now)
        use = update(personal_codes).where(personal_codes.c.digest == digest, valid).values(used_at=now)
        with translated_errors(), self._engine.begin() as connection:
            code = connection.execute(use.returning(personal_codes.c.class_id, personal_codes.c.user_id)).one_or_none()
            return _join(connection, code.class_id, code.user_id, now, make) if code else None

    def join_verified(self, class_id: str, user_id: str, now: datetime, make: MakeToken) -> StudentToken | None:
        """See JoiningRepository.join_verified."""
        with translated_errors(), self._engine.begin() as connection:
            return _join(connection, _lock_class(connection, class_id), user_id, now, make)

    def add_tokens(self, class_id: str, tokens: Sequence[StudentToken], *, keep_tokens: bool) -> None:
        """See JoiningRepository.add_tokens."""
        with self._changing_tokens(class_id) as (connection, number):
            if not keep_tokens:
                revoke_tokens(connection, number, [token.user_id for token in tokens])
            _insert_tokens(connection, number, tokens)

    @contextmanager
    def _changing_tokens(self, class_id: str) -> Iterator[tuple[Connection, int]]:
        with publishing(self._engine, self._policy_cache, class_id) as connection:
            lock_progress(connection, class_id)
            yield connection, _lock_class(connection, class_id)


def revoke_tokens(connection: Connection, number: int, user_ids: Sequence[str]) -> None:
    """Revoke the tokens that these students of a class have; the caller publishes the class."""
    of_students = (student_tokens.c.class_id == number) & student_tokens.c.user_id.in_(user_ids)
    connection.execute(delete(student_tokens).where(of_students))


def remove_all_but_roster(connection: Connection, number: int) -> None:
    """Remove the codes, links and tokens of everybody who is not on the class's roster.

    Guests whom nobody linked keep their tokens. The caller publishes the class.
    """
    on_roster = select(roster.c.user_id).where(roster.c.class_id == number)
    of_class = (guests.c.class_id == number) & guests.c.roster_user_id.not_in(on_roster)
    unlink = update(guests).where(of_class).values(roster_user_id=None, linked_at=None).returning(guests.c.user_id)
    revoke_tokens(connection, number, connection.execute(unlink).scalars().all())
    connection.execute(
        delete(personal_codes).where(personal_codes.c.class_id == number, personal_codes.c.user_id.not_in(on_roster))
    )
    of_guests = select(guests.c.user_id).where(guests.c.class_id == number)
    stays = or_(student_tokens.c.user_id.in_(on_roster), student_tokens.c.user_id.in_(of_guests))
    connection.execute(delete(student_tokens).where(student_tokens.c.class_id == number, ~stays))


def _join(connection: Connection, number: int, user_id: str, now: datetime, make: MakeToken) -> StudentToken | None:
    of_student = (roster.c.class_id == number) & (roster.c.user_id == user_id)
    joined = update(roster).where(of_student).values(joined_at=func.coalesce(roster.c.joined_at, now))
    if connection.execute(joined).rowcount == 0:
        return None
    (policy,) = read_policies(connection, classes.c.id == number)
    token = make(policy, user_id)
    _insert_tokens(connection, number, [token])
    return token


def _insert_tokens(
    connection: Connection, number: int, tokens: Sequence[StudentToken], key_id: int | None = None
) -> None:
    for table in (student_tokens, revoked_tokens):
        # Nobody has to remember what is refused by its own date.
        expired = delete(table).where(table.c.class_id == number, table.c.expires_at < func.now())
        connection.execute(expired)
    lines = [
        {
            "id": token.token_id,
            "class_id": number,
            "user_id": token.user_id,
            "key_id": key_id,
            "issued_at": token.issued_at,
            "expires_at": token.expires_at,
        }
        for token in tokens
    ]
    if lines:
        connection.execute(insert(student_tokens), lines)


def _lock_class(connection: Connection, class_id: str) -> int:
    """Return the class's row id, with its roster and guests locked until the transaction ends."""
    wanted = select(class_policies.c.class_id).join(classes, classes.c.id == class_policies.c.class_id)
    wanted = wanted.where(classes.c.name == class_id).with_for_update(of=class_policies)
    number: int = connection.execute(wanted).scalar_one()
    return number


def _missing(connection: Connection, number: int, user_ids: Sequence[str]) -> list[str]:
    listed = select(roster.c.user_id).where(roster.c.class_id == number, roster.c.user_id.in_(user_ids))
    return sorted(set(user_ids) - set(connection.execute(listed).scalars()))


def _is_in_use(connection: Connection, number: int, ids: Sequence[str]) -> bool:
    """Return whether an id is somebody's of the class, or has events under it."""
    return any(
        connection.execute(select(table.c.user_id).where(table.c.class_id == number, column.in_(ids)).limit(1)).scalar()
        is not None
        for table, column in (
            (students, students.c.user_id),
            (roster, roster.c.user_id),
            (roster, roster.c.pseudonym),
            (guests, guests.c.user_id),
            (guests, guests.c.pseudonym),
        )
    )
