"""The Registry port on PostgreSQL: the policies and keys that ingest is to know."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, func, select

from classpulse.core.postgres import translated_errors
from classpulse.core.tables import class_policies, classes, ingest_keys
from classpulse.ingest.ports import IngestKey
from classpulse.ingest.privacy import ClassPolicy

# One number for all of ClassPulse: who changes policies or keys, or publishes them, waits for the one before.
PUBLISHING = 0x636C6173


def one_at_a_time(connection: Connection) -> None:
    """Hold off other publishers until the transaction ends: a later state is never overwritten by an earlier one."""
    connection.execute(select(func.pg_advisory_xact_lock(PUBLISHING)))


class PostgresRegistry:
    """Read in one transaction, which holds off every change until what was read is published."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def registered(self) -> Iterator[tuple[Sequence[ClassPolicy], Mapping[str, IngestKey]]]:
        """See Registry.registered."""
        with translated_errors(), self._engine.begin() as connection:
            one_at_a_time(connection)
            yield read_policies(connection), read_keys(connection)


def read_policies(connection: Connection, *conditions: Any) -> list[ClassPolicy]:
    """Return the policies of the classes that the conditions leave."""
    wanted = select(class_policies, classes.c.name).join(classes, classes.c.id == class_policies.c.class_id)
    return [to_policy(row) for row in connection.execute(wanted.where(*conditions)).mappings()]


def read_keys(connection: Connection, *conditions: Any) -> dict[str, IngestKey]:
    """Return the keys that still open something, by digest."""
    wanted = (
        select(ingest_keys.c.id, ingest_keys.c.digest, ingest_keys.c.expires_at, classes.c.name)
        .join(classes, classes.c.id == ingest_keys.c.class_id)
        .where(ingest_keys.c.revoked_at.is_(None))
        .where(ingest_keys.c.expires_at.is_(None) | (ingest_keys.c.expires_at > func.now()))
        .where(*conditions)
    )
    return {
        row.digest: IngestKey(row.name, row.id, row.expires_at.timestamp() if row.expires_at else None)
        for row in connection.execute(wanted)
    }


def to_policy(row: RowMapping) -> ClassPolicy:
    """Return a row of class_policies with the class's `name` as its policy."""
    settings = {name: row[name] for name in ClassPolicy.model_fields if name != "class_id"}
    return ClassPolicy(class_id=row["name"], **settings)
