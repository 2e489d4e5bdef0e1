"""The fact store on PostgreSQL beyond the port: its failures, connections and query plans."""

import time

import pytest
from classpulse.core.errors import PermanentError, StoreUnavailable
from classpulse.core.postgres import make_engine
from sqlalchemy import text

from tests.builders import make_fact
from tests.contract.progress.stores import Postgres, stored_ids

pytestmark = pytest.mark.on_both_installations

INDEXES = text("SELECT indexrelname, idx_scan, idx_tup_read FROM pg_stat_user_indexes")


def test_a_value_that_cannot_be_stored_is_a_permanent_failure_and_leaves_no_trace(postgres: Postgres) -> None:
    too_much = make_fact(eventId="bad", executionCount=1)
    object.__setattr__(too_much.event, "execution_count", 2**40)
    with pytest.raises(PermanentError, match="SQLSTATE 22"):
        postgres.store([make_fact(eventId="good"), too_much])
    assert stored_ids(postgres) == []


def test_an_unavailable_server_is_a_transient_failure(unused_port: int) -> None:
    store = Postgres(f"postgresql://nobody:nothing@127.0.0.1:{unused_port}/none")
    with pytest.raises(StoreUnavailable):
        store.store([make_fact()])
    with pytest.raises(StoreUnavailable):
        store.ping()


def test_a_lost_connection_is_replaced(postgres: Postgres) -> None:
    postgres.store([make_fact(eventId="a")])
    with postgres.engine.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"))
    postgres.store([make_fact(eventId="b")])
    assert stored_ids(postgres) == ["a", "b"]


def test_a_known_event_is_found_by_the_index_on_its_id(database_url: str) -> None:
    # Query plans from the time of small tables stay cached.
    store = Postgres(database_url)
    count, warm = 3000, 100
    facts = [make_fact(second=n, eventId=f"{n:032}", userId=f"u{n % 50}", cellId=f"c{n % 9}") for n in range(count)]
    for first, size in [*((n, 10) for n in range(0, warm, 10)), *((n, 500) for n in range(warm, count, 500))]:
        store.store(facts[first : first + size])
    store.engine.dispose()  # a session's statistics are published when it ends
    engine = make_engine(database_url, pool_size=1)
    with engine.connect() as connection:
        found: dict[str, tuple[int, int]] = {}
        for _ in range(100):
            rows = connection.execute(INDEXES).all()
            found = {row.indexrelname: (row.idx_scan, row.idx_tup_read) for row in rows}
            if found["facts_pkey"][0] >= count:
                break
            connection.rollback()
            time.sleep(0.1)
    engine.dispose()
    assert found["facts_student_id_event_id_key"][0] > count / 2
    assert max(read for _, read in found.values()) < 60 * count, found
