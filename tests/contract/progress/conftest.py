"""Stores of facts for the contract of FactStore and ProgressReader."""

from collections.abc import Iterator

import pytest

from tests.builders import NOW
from tests.contract.progress.stores import Postgres, Store
from tests.fakes.progress import MemoryStore


@pytest.fixture
def postgres(database_url: str) -> Iterator[Postgres]:
    store = Postgres(database_url)
    yield store
    store.engine.dispose()


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest) -> Store:
    if request.param == "memory":
        return MemoryStore(lambda: NOW)
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres
