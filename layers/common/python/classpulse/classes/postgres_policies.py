"""The Registry port on PostgreSQL: the policies, keys and ended tokens that are published to ingest."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, func, select

from classpulse.classes.ports import Published
from classpulse.core.access_tables import class_policies, ingest_keys, revoked_tokens, student_tokens
from classpulse.core.postgres import translated_errors
from classpulse.core.tables import classes
from classpulse.ingest.ports import IngestKey, PolicyCache
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
    def registered(self) -> Iterator[Published]:
        """See Registry.registered."""
        with translated_errors(), self._engine.begin() as connection:
            one_at_a_time(connection)
            yield read_policies(connection), read_keys(connection), read_token_ends(connection)


@contextmanager
def publishing(engine: Engine, policy_cache: PolicyCache, class_id: str) -> Iterator[Connection]:
    """Yield a transaction whose changes of the class are published to ingest before it is committed."""
    with translated_errors(), engine.begin() as connection:
        one_at_a_time(connection)
        yield connection
        of_class = classes.c.name == class_id
        for policy in read_policies(connection, of_class):
            keys, token_ends = read_keys(connection, of_class), read_token_ends(connection, of_class)
            policy_cache.publish_class(policy, keys, token_ends)


def read_policies(connection: Connection, *conditions: Any) -> list[ClassPolicy]:
    """Return the policies of the classes that meet the conditions."""
    wanted = select(class_policies, classes.c.name).join(classes, classes.c.id == class_policies.c.class_id)
    return [to_policy(row) for row in connection.execute(wanted.where(*conditions)).mappings()]


def read_keys(connection: Connection, *conditions: Any) -> dict[str, IngestKey]:
    """Return the valid keys that meet the conditions, by digest."""
    wanted = (
        select(ingest_keys.c.id, ingest_keys.c.digest, ingest_keys.c.expires_at, ingest_keys.c.in_path, classes.c.name)
        .join(classes, classes.c.id == ingest_keys.c.class_id)
        .where(ingest_keys.c.revoked_at.is_(None))
        .where(ingest_keys.c.expires_at.is_(None) | (ingest_keys.c.expires_at > func.now()))
        .where(*conditions)
    )
    return {
        row.digest: IngestKey(row.name, row.id, row.expires_at.timestamp() if row.expires_at else None, row.in_path)
        for row in connection.execute(wanted)
    }


def read_token_ends(connection: Connection, *conditions: Any) -> dict[str, float]:
    """Return, by id, the Unix time from which each token is refused that ends before it expires."""
    revoked = (
        select(revoked_tokens.c.id)
        .join(classes, classes.c.id == revoked_tokens.c.class_id)
        .where(revoked_tokens.c.expires_at > func.now(), *conditions)
    )
    key_ends = func.least(ingest_keys.c.revoked_at, ingest_keys.c.expires_at)
    ended = (
        select(student_tokens.c.id, key_ends.label("ends"))
        .join(ingest_keys, ingest_keys.c.id == student_tokens.c.key_id)
        .join(classes, classes.c.id == student_tokens.c.class_id)
        .where(student_tokens.c.expires_at > func.now(), key_ends < student_tokens.c.expires_at, *conditions)
    )
    ends = dict.fromkeys(connection.execute(revoked).scalars(), 0.0)
    return ends | {row.id: row.ends.timestamp() for row in connection.execute(ended)}


def to_policy(row: RowMapping) -> ClassPolicy:
    """Return the policy in a row of class_policies, to which the class's `name` is joined."""
    settings = {name: row[name] for name in ClassPolicy.model_fields if name != "class_id"}
    return ClassPolicy(class_id=row["name"], **settings)
