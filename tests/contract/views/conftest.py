"""Stores of facts for the contract of ViewReader."""

from collections.abc import Iterator

import pytest

from tests.contract.views.stores import Memory, Postgres, Store


@pytest.fixture
def postgres(database_url: str) -> Iterator[Postgres]:
    store = Postgres(database_url)
    yield store
    store.engine.dispose()


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest) -> Store:
    if request.param == "memory":
        return Memory()
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres
