"""The stores of facts, with the views of dashboards."""

from classpulse.views.postgres import PostgresViews

from tests.builders import NOW
from tests.contract.progress import stores
from tests.fakes.progress import MemoryStore
from tests.fakes.views import MemoryViews


class Postgres(stores.Postgres):
    """With the views on the same engine."""

    def __init__(self, database_url: str) -> None:
        super().__init__(database_url)
        self.views = PostgresViews(self.engine)


class Memory(MemoryStore):
    """With the views over the same facts."""

    def __init__(self) -> None:
        super().__init__(lambda: NOW)
        self.views = MemoryViews(self)


Store = Memory | Postgres
