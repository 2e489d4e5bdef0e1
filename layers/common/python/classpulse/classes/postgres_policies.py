"""The Registry port on PostgreSQL: the policies and keys that are published to ingest."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, func, select

from classpulse.core.access_tables import class_policies, ingest_keys
from classpulse.core.postgres import translated_errors
from classpulse.core.tables import classes
from classpulse.ingest.ports import IngestKey
from classpulse.ingest.privacy import ClassPolicy

# The key of the advisory lock that serialises changes of policies and keys, and their publication.
PUBLISHING = 0x636C6173


def one_at_a_time(connection: Connection) -> None:
    """Lock out other publishers until the transaction ends, so that no earlier state overwrites a later one."""
    connection.execute(select(func.pg_advisory_xact_lock(PUBLISHING)))


class PostgresRegistry:
    """The Registry port. It keeps the lock until the block ends, so that a change waits for publication."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def registered(self) -> Iterator[tuple[Sequence[ClassPolicy], Mapping[str, IngestKey]]]:
        """See Registry.registered."""
        with translated_errors(), self._engine.begin() as connection:
            one_at_a_time(connection)
            yield read_policies(connection), read_keys(connection)


def read_policies(connection: Connection, *conditions: Any) -> list[ClassPolicy]:
    """Return the policies of the classes that meet the conditions."""
    wanted = select(class_policies, classes.c.name).join(classes, classes.c.id == class_policies.c.class_id)
    return [to_policy(row) for row in connection.execute(wanted.where(*conditions)).mappings()]


def read_keys(connection: Connection, *conditions: Any) -> dict[str, IngestKey]:
    """Return the valid keys that meet the conditions, by digest."""
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
    """Return the policy in a row of class_policies, to which the class's `name` is joined."""
    settings = {name: row[name] for name in ClassPolicy.model_fields if name != "class_id"}
    return ClassPolicy(class_id=row["name"], **settings)
