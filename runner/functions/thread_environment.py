"""os.environ for a function's thread: only the function's variables.

Threads of asyncio and anyio copy the context and see the same variables; a thread that the function starts itself sees
the runner's.
"""

import os
from collections.abc import Iterator, Mapping, MutableMapping
from contextvars import ContextVar

_own: ContextVar[dict[str, str] | None] = ContextVar("_own", default=None)


class Environ(MutableMapping[str, str]):
    """Replaces os.environ; a thread without variables of its own sees the process's."""

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
    """Set the variables of this thread."""
    if not isinstance(os.environ, Environ):
        os.environ = Environ(os.environ)  # type: ignore[assignment]  # noqa: B003 - the process keeps its environment
    _own.set(dict(variables))
