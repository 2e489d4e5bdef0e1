"""The two stores of facts: PostgreSQL, and the fake in memory."""

from classpulse.core.postgres import make_engine
from classpulse.progress.postgres import PostgresProgress
from classpulse.progress.postgres_attention import PostgresAttention
from classpulse.progress.postgres_facts import PostgresFacts

from tests.fakes.progress import MemoryStore


class Postgres(PostgresProgress, PostgresFacts):
    """All ports on one engine."""

    def __init__(self, database_url: str) -> None:
        self.engine = make_engine(database_url, pool_size=8)
        super().__init__(self.engine)
        self.attend = PostgresAttention(self.engine).attend


Store = MemoryStore | Postgres


def stored_ids(store: Store, class_id: str = "python-1") -> list[str]:
    return [event["eventId"] for event in store.read_facts(class_id, 0, 1000).events]
