"""os.environ as a function's thread sees it: its own variables and no others.

What the function runs in threads of asyncio's or anyio's sees them too (they take the context along); a thread that it
starts by itself sees the runner's.
"""

import os
from collections.abc import Iterator, Mapping, MutableMapping
from contextvars import ContextVar

_own: ContextVar[dict[str, str] | None] = ContextVar("_own", default=None)


class Environ(MutableMapping[str, str]):
    """Stands in for os.environ, and is that of the process for whoever has none of its own."""

    def __init__(self, shared: MutableMapping[str, str]) -> None:
        self._shared = shared

    def _mine(self) -> MutableMapping[str, str]:
        own = _own.get()
        return self._shared if own is None else own

    def __getitem__(self, name: str) -> str:
        return self._mine()[name]

    def __setitem__(self, name: str, value: str) -> None:
        self._mine()[name] = value

    def __delitem__(self, name: str) -> None:
        del self._mine()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._mine())

    def __len__(self) -> int:
        return len(self._mine())

    def copy(self) -> dict[str, str]:
        """See os.environ.copy."""
        return dict(self)

    def __or__(self, other: Mapping[str, str]) -> dict[str, str]:
        return {**self, **other}

    def __ror__(self, other: Mapping[str, str]) -> dict[str, str]:
        return {**other, **self}


def give(variables: Mapping[str, str]) -> None:
    """Give them to this thread."""
    if not isinstance(os.environ, Environ):
        os.environ = Environ(os.environ)  # type: ignore[assignment]  # noqa: B003 - the process keeps its own
    _own.set(dict(variables))
