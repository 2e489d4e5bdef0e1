"""Policies and keys in memory."""

from collections.abc import Mapping, Sequence

from classpulse.core.errors import StoreUnavailable
from classpulse.ingest.ports import NO_TOKEN_ENDS, Admission, IngestKey
from classpulse.ingest.privacy import ClassPolicy


class MemoryPolicyCache:
    """The PolicyCache port."""

    def __init__(self) -> None:
        self._published = False
        self._policies: dict[str, ClassPolicy] = {}
        self._keys: dict[str, IngestKey] = {}
        self._token_ends: dict[str, float] = {}

    def look_up(self, key_digest: str | None, class_ids: Sequence[str], token_id: str | None = None) -> Admission:
        """See PolicyCache.look_up."""
        if not self._published:
            raise StoreUnavailable("policies and keys have not been published yet")
        key = self._keys.get(key_digest) if key_digest else None
        wanted = {*class_ids, key.class_id} if key else set(class_ids)
        policies = {class_id: self._policies[class_id] for class_id in wanted if class_id in self._policies}
        return Admission(key, policies, self._token_ends.get(token_id or ""))

    def publish(
        self,
        policies: Sequence[ClassPolicy],
        keys: Mapping[str, IngestKey],
        token_ends: Mapping[str, float] = NO_TOKEN_ENDS,
    ) -> None:
        """See PolicyCache.publish."""
        self._published = True
        self._policies = {policy.class_id: policy for policy in policies}
        self._keys, self._token_ends = dict(keys), dict(token_ends)

    def publish_class(
        self, policy: ClassPolicy, keys: Mapping[str, IngestKey], token_ends: Mapping[str, float] = NO_TOKEN_ENDS
    ) -> None:
        """See PolicyCache.publish_class."""
        self._policies[policy.class_id] = policy
        others = {digest: key for digest, key in self._keys.items() if key.class_id != policy.class_id}
        self._keys = others | dict(keys)
        self._token_ends |= token_ends
