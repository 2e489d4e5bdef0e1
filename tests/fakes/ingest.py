"""Policies and keys in memory."""

from collections.abc import Mapping, Sequence

from classpulse.core.errors import StoreUnavailable
from classpulse.ingest.ports import Admission, IngestKey
from classpulse.ingest.privacy import ClassPolicy


class MemoryPolicyCache:
    """The PolicyCache port."""

    def __init__(self) -> None:
        self._published = False
        self._policies: dict[str, ClassPolicy] = {}
        self._keys: dict[str, IngestKey] = {}

    def look_up(self, key_digest: str | None, class_ids: Sequence[str]) -> Admission:
        """See PolicyCache.look_up."""
        if not self._published:
            raise StoreUnavailable("policies and keys have not been published yet")
        key = self._keys.get(key_digest) if key_digest else None
        wanted = {*class_ids, key.class_id} if key else set(class_ids)
        return Admission(key, {class_id: self._policies[class_id] for class_id in wanted if class_id in self._policies})

    def publish(self, policies: Sequence[ClassPolicy], keys: Mapping[str, IngestKey]) -> None:
        """See PolicyCache.publish."""
        self._published = True
        self._policies = {policy.class_id: policy for policy in policies}
        self._keys = dict(keys)

    def publish_class(self, policy: ClassPolicy, keys: Mapping[str, IngestKey]) -> None:
        """See PolicyCache.publish_class."""
        self._policies[policy.class_id] = policy
        others = {digest: key for digest, key in self._keys.items() if key.class_id != policy.class_id}
        self._keys = others | dict(keys)
