"""Publish policies, keys and ended tokens to the cache that ingest reads."""

from collections.abc import Callable
from dataclasses import dataclass

from classpulse.classes.ports import Registry
from classpulse.ingest.ports import PolicyCache


@dataclass(frozen=True)
class Publish:
    """Runs at each start and every minute, so that a Redis that lost its data is filled again.

    end_old_operator: closes sockets that depend on an INSTRUCTOR_TOKEN that was rotated.
    """

    registry: Registry
    policy_cache: PolicyCache
    end_old_operator: Callable[[], None]

    def __call__(self) -> dict[str, int]:
        """Publish all, and return how many there are. Raises StoreUnavailable."""
        with self.registry.registered() as (policies, keys, token_ends):
            self.policy_cache.publish(policies, keys, token_ends)
        self.end_old_operator()
        return {"classes": len(policies), "keys": len(keys)}
