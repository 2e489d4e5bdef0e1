"""Remove the bytes that deleted rows leave in PostgreSQL's files."""

from sqlalchemy import Connection, Engine, Table, text
from sqlalchemy.exc import SQLAlchemyError

from classpulse.core.record_tables import audit_log
from classpulse.core.tables import (
    attention,
    cell_executions,
    cell_progress,
    cells,
    facts,
    kernels,
    notebook_names,
    notebooks,
    open_turns,
    progress,
    sessions,
    students,
)
from classpulse.records.ports import Compaction
from classpulse.records.postgres_erasure import STUDENT_TABLES

TABLES = (
    *(facts, cell_executions, cell_progress, progress, sessions, kernels, open_turns, attention),
    *(students, cells, notebook_names, notebooks, audit_log),
)
# Up to this size of all tables, rewriting them takes seconds, in which nothing is stored.
MOST_BYTES = 256 * 1024 * 1024
_SIZE = text("SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(CAST(:names AS text[])) AS name")
COPIES = "backups, snapshots, archived write-ahead logs and replicas"


def compact(engine: Engine) -> Compaction:
    """Rewrite the tables if they are small, otherwise VACUUM them; then let the server drop its write-ahead log."""
    tables = (*TABLES, *STUDENT_TABLES)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            rewritten = _vacuum(connection, tables)
            connection.execute(text("RESET lock_timeout"))
            checkpointed = _drop_log(connection)
    except (SQLAlchemyError, OSError):
        return Compaction("", f"the bytes of the removed rows, until autovacuum has run; {COPIES}")
    done = "the tables were rewritten" if rewritten else "the tables were vacuumed"
    left = "" if rewritten else "removed rows, until PostgreSQL uses their space again; "
    if checkpointed:
        return Compaction(f"{done}, and the write-ahead log was dropped", left + COPIES)
    return Compaction(done, f"{left}the write-ahead log, until PostgreSQL recycles it; {COPIES}")


def _vacuum(connection: Connection, tables: tuple[Table, ...]) -> bool:
    """Return whether the tables were rewritten."""
    size = connection.execute(_SIZE, {"names": [table.name for table in tables]}).scalar()
    # The pool's check of the connection has begun a transaction, in which VACUUM cannot run.
    connection.rollback()
    # A rewrite that cannot lock a table at once must not let the class's statements queue behind it.
    connection.execute(text("SET lock_timeout = '2s'"))
    if int(size or 0) <= MOST_BYTES:
        try:
            connection.execute(text(_statement("VACUUM (FULL, ANALYZE)", tables)))
        except SQLAlchemyError:
            connection.execute(text(_statement("VACUUM (ANALYZE)", tables)))
            return False
        return True
    connection.execute(text(_statement("VACUUM (ANALYZE)", tables)))
    return False


def _drop_log(connection: Connection) -> bool:
    """Return whether the server let us switch and drop its write-ahead log; that needs its administrator's rights."""
    try:
        # The planner's statistics hold frequent values.
        connection.execute(text("VACUUM (FULL) pg_statistic"))
        connection.execute(text("SELECT pg_switch_wal()"))
        connection.execute(text("CHECKPOINT"))
        recycles = connection.execute(text("SELECT current_setting('wal_recycle')")).scalar()
    except SQLAlchemyError:
        return False
    return recycles == "off"


def _statement(command: str, tables: tuple[Table, ...]) -> str:
    return f"{command} {', '.join(table.name for table in tables)}"
