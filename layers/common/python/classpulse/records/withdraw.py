"""The use case of POST /api/v1/me/withdraw: a student lowers the privacy level, of what is stored too."""

from dataclasses import dataclass

from classpulse.core.privacy_level import PrivacyLevel
from classpulse.ingest.erasures import ErasureList
from classpulse.ingest.events import Event
from classpulse.ingest.privacy import erasure_digest, reduced, stricter
from classpulse.records.about_me import AboutMe
from classpulse.records.ports import Consents


@dataclass(frozen=True)
class Withdrawn:
    """The student's level from now on, and how many stored events were cleared."""

    class_id: str
    user_id: str
    level: PrivacyLevel
    cleared: int


@dataclass(frozen=True)
class Withdraw:
    """A level is only ever lowered: who wants more to be kept asks the class's instructor, who asks the operator."""

    about_me: AboutMe
    consents: Consents
    erasures: ErasureList

    def __call__(self, bearer: str, level: PrivacyLevel) -> Withdrawn | None:
        """Return None if the token is not a valid student token. Raises StoreUnavailable."""
        identified = self.about_me.identify(bearer)
        if identified is None:
            return None
        token, ids = identified
        key = self.about_me.privacy_key
        before = self.consents.levels().get((token.class_id, ids[0]))
        level = stricter(level, before)
        # Published first: what arrives meanwhile is lowered before it is stored.
        self.erasures.add([], {erasure_digest(key, token.class_id, user_id): level for user_id in ids})

        def lower(event: Event) -> Event:
            return reduced(event, token.class_id, level, key)

        cleared = self.consents.withdraw(token.class_id, ids, level, lower)
        return Withdrawn(token.class_id, token.user_id, level, cleared)
