"""Readiness: whether the servers that ClassPulse depends on respond."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter

from classpulse.core.errors import TransientError
from classpulse.core.ports import Pingable


@dataclass(frozen=True)
class Dependency:
    """Whether a server responds, and its latency in milliseconds."""

    name: str
    ready: bool
    latency_ms: float


@dataclass(frozen=True)
class Health:
    """The readiness check."""

    dependencies: Mapping[str, Pingable]

    def check(self) -> list[Dependency]:
        """Ping each dependency."""
        return [_check(name, dependency) for name, dependency in self.dependencies.items()]


def _check(name: str, dependency: Pingable) -> Dependency:
    start = perf_counter()
    try:
        dependency.ping()
        ready = True
    except TransientError:
        ready = False
    return Dependency(name, ready, round((perf_counter() - start) * 1000, 1))
