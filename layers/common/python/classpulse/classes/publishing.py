"""Bring policies and keys to where ingest finds them."""

from dataclasses import dataclass

from classpulse.classes.ports import Registry
from classpulse.ingest.ports import PolicyCache


@dataclass(frozen=True)
class Publish:
    """Done at each start and every minute: a Redis that has lost everything knows it again."""

    registry: Registry
    policy_cache: PolicyCache

    def __call__(self) -> dict[str, int]:
        """Return how much was published. Raises StoreUnavailable."""
        with self.registry.registered() as (policies, keys):
            self.policy_cache.publish(policies, keys)
        return {"classes": len(policies), "keys": len(keys)}
