"""Who may send what: the bearer that a batch comes with, and the classes that its events name."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from classpulse.core.errors import NotAdmitted
from classpulse.core.ports import Clock
from classpulse.ingest.batches import ParsedBatch, Rejection
from classpulse.ingest.events import Event
from classpulse.ingest.ports import PolicyCache, StudentTokens
from classpulse.ingest.privacy import ClassPolicy

CLASS_KEY = "cpk_"
NO_KEY = "no key: send Authorization: Bearer <the class's key, or the student's token>"
NOT_LOCAL = "no key: without one, events are taken at localhost alone; send Authorization: Bearer <ingest key>"
WRONG_KEY = "this key opens nothing: it is unknown, expired or revoked; ask the instructor for a new one"
STUDENTS_ONLY = "this class takes events with a student's own token alone: join the class to get one"
OTHER_CLASS = "classId: is not the class of the key; leave it out, or send that class's key"
OTHER_STUDENT = "userId: is not the student of the token; send the token's own userId"
REGISTERED = "classId: this class asks for its key; send Authorization: Bearer <the class's key>"


@dataclass(frozen=True)
class SenderScope:
    """What a sender may send.

    class_id: events of this class alone; None: of every class that is not registered. user_id: of this student alone.
    key_id: the class's key, which has a limit of its own.
    """

    class_id: str | None = None
    user_id: str | None = None
    key_id: int | None = None
    policy: ClassPolicy | None = None


@dataclass(frozen=True)
class Admitted:
    """The batch without what the sender may not send; policy: of the class, if it is registered."""

    parsed: ParsedBatch
    policy: ClassPolicy | None


@dataclass(frozen=True)
class IngestAuthorizer:
    """ingest_key: what opens all classes that are not registered; is_open: at localhost they need none."""

    policy_cache: PolicyCache
    tokens: StudentTokens
    clock: Clock
    ingest_key: str
    is_open: bool
    default_class_id: str

    def authorize(self, bearer: str | None, *, is_local: bool) -> SenderScope:
        """Raises NotAdmitted, StoreUnavailable."""
        if not bearer:
            if self.is_open and is_local:
                return SenderScope()
            raise NotAdmitted(401, NOT_LOCAL if self.is_open else NO_KEY)
        if hmac.compare_digest(bearer.encode(), self.ingest_key.encode()):
            return SenderScope()
        return self._with_class_key(bearer) if bearer.startswith(CLASS_KEY) else self._with_student_token(bearer)

    def _with_class_key(self, bearer: str) -> SenderScope:
        found = self.policy_cache.look_up(key_digest(bearer), [])
        key = found.key
        if key is None or (key.expires_at is not None and key.expires_at <= self.clock().timestamp()):
            raise NotAdmitted(403, WRONG_KEY)
        policy = found.policies.get(key.class_id)
        if policy is None:
            raise NotAdmitted(403, WRONG_KEY)
        if policy.students_only:
            raise NotAdmitted(403, STUDENTS_ONLY)
        return SenderScope(key.class_id, key_id=key.key_id, policy=policy)

    def _with_student_token(self, bearer: str) -> SenderScope:
        token = self.tokens.read_student(bearer, self.clock())
        if token is None:
            raise NotAdmitted(403, WRONG_KEY)
        policy = self.policy_cache.look_up(None, [token.class_id]).policies.get(token.class_id)
        if policy is None or token.issued_at.timestamp() < policy.tokens_from:
            raise NotAdmitted(403, WRONG_KEY)
        return SenderScope(token.class_id, token.user_id, policy=policy)

    def admit(self, scope: SenderScope, parsed: ParsedBatch) -> Admitted:
        """Reject what the pass does not allow. Raises StoreUnavailable."""
        if scope.class_id is not None:
            return Admitted(without(parsed, lambda event: _trouble(scope, event)), scope.policy)
        named = {event.class_id or self.default_class_id for event in parsed.events}
        registered = self.policy_cache.look_up(None, sorted(named)).policies
        closed = dict.fromkeys(registered, REGISTERED)
        return Admitted(without(parsed, lambda event: closed.get(event.class_id or self.default_class_id)), None)


def key_digest(key: str) -> str:
    """Return what is kept of a class's key: it is long and random, so one SHA-256 is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def _trouble(scope: SenderScope, event: Event) -> str | None:
    if event.class_id not in (None, scope.class_id):
        return OTHER_CLASS
    return OTHER_STUDENT if scope.user_id not in (None, event.user_id) else None


def without(parsed: ParsedBatch, trouble_of: Callable[[Event], str | None]) -> ParsedBatch:
    """Return the batch without the events that there is trouble with; each keeps its place in the POST."""
    refused = {rejection.index for rejection in parsed.rejected}
    places = [index for index in range(len(parsed.events) + len(refused)) if index not in refused]
    events, rejected = [], list(parsed.rejected)
    for index, event in zip(places, parsed.events, strict=True):
        if trouble := trouble_of(event):
            rejected.append(Rejection(index, event.event_id, trouble))
        else:
            events.append(event)
    return ParsedBatch(events, sorted(rejected, key=lambda rejection: rejection.index))
