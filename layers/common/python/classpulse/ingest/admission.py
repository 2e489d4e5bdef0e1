"""Authorization of a batch, by its bearer token and the classes that its events name."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace

from classpulse.core.errors import NotAdmitted
from classpulse.core.ports import Clock
from classpulse.core.problems import ErrorCode, Problem
from classpulse.ingest.batches import ParsedBatch, Rejection
from classpulse.ingest.events import Event
from classpulse.ingest.keys import KEY_INVALID, PREFIX, check_key
from classpulse.ingest.ports import PolicyCache, StudentTokens
from classpulse.ingest.privacy import ClassPolicy

NO_KEY = Problem(ErrorCode.KEY_MISSING, "no key: send Authorization: Bearer <class key or student token>")
NOT_LOCAL = Problem(
    ErrorCode.KEY_MISSING,
    "no key: only localhost, without a proxy, may send without one; send Authorization: Bearer <ingest key>",
)
STUDENTS_ONLY = Problem(
    ErrorCode.STUDENT_TOKEN_REQUIRED, "this class accepts only students' own tokens: join the class to get one"
)
OTHER_CLASS = Problem(
    ErrorCode.CLASS_MISMATCH, "classId: differs from the key's class; leave it out, or send that class's key"
)
OTHER_STUDENT = Problem(ErrorCode.STUDENT_MISMATCH, "userId: differs from the token's student; send the token's userId")
REGISTERED = Problem(
    ErrorCode.CLASS_KEY_REQUIRED, "classId: this class requires its key; send Authorization: Bearer <class key>"
)


@dataclass(frozen=True)
class SenderScope:
    """The events that a sender may send.

    class_id: of this class only; None: of every unregistered class. user_id: of this student only. key_id: the class
    key or path key, which has its own rate limit.
    """

    class_id: str | None = None
    user_id: str | None = None
    key_id: int | None = None
    in_path: bool = False
    policy: ClassPolicy | None = None

    @property
    def credential(self) -> str:
        """Names what the sender has shown: a student's token, a key of a class, or the installation's key or none."""
        if self.user_id is not None:
            return "token"
        if self.key_id is None:
            return "installation"
        return f"path key {self.key_id}" if self.in_path else f"key {self.key_id}"


@dataclass(frozen=True)
class Admitted:
    """The batch without the events that the sender may not send; policy: the class's, if it is registered."""

    parsed: ParsedBatch
    policy: ClassPolicy | None


@dataclass(frozen=True)
class IngestAuthorizer:
    """ingest_key: accepted for every unregistered class. is_open: localhost needs no key for those."""

    policy_cache: PolicyCache
    tokens: StudentTokens
    clock: Clock
    ingest_key: str
    is_open: bool
    default_class_id: str

    def authorize(self, bearer: str | None, *, is_local: bool) -> SenderScope:
        """Return what the bearer token allows. Raises NotAdmitted, StoreUnavailable."""
        if not bearer:
            if self.is_open and is_local:
                return SenderScope()
            raise NotAdmitted(401, NOT_LOCAL if self.is_open else NO_KEY)
        if hmac.compare_digest(bearer.encode(), self.ingest_key.encode()):
            return SenderScope()
        return self._with_key(bearer) if bearer.startswith(PREFIX) else self._with_student_token(bearer)

    def authorize_path(self, path_key: str) -> SenderScope:
        """Return what a key in the path allows: what a class key does. Raises NotAdmitted, StoreUnavailable."""
        return self._with_key(path_key, in_path=True)

    def _with_key(self, shown: str, *, in_path: bool = False) -> SenderScope:
        key, policy = check_key(self.policy_cache, shown, self.clock, in_path=in_path)
        if policy.students_only:
            raise NotAdmitted(403, STUDENTS_ONLY)
        return SenderScope(key.class_id, key_id=key.key_id, in_path=in_path, policy=policy)

    def _with_student_token(self, bearer: str) -> SenderScope:
        token = self.tokens.read_student(bearer, self.clock())
        if token is None:
            raise NotAdmitted(403, KEY_INVALID)
        admission = self.policy_cache.look_up(None, [token.class_id], token.token_id)
        policy, ends = admission.policies.get(token.class_id), admission.token_ends
        if policy is None or token.issued_at.timestamp() < policy.tokens_from:
            raise NotAdmitted(403, KEY_INVALID)
        if ends is not None and ends <= self.clock().timestamp():
            raise NotAdmitted(403, KEY_INVALID)
        return SenderScope(token.class_id, token.user_id, policy=policy)

    def class_of(self, scope: SenderScope) -> str:
        """Return the class of events that name none."""
        return scope.class_id or self.default_class_id

    def admit(self, scope: SenderScope, parsed: ParsedBatch) -> Admitted:
        """Reject the events that the scope does not allow; each must name its class. Raises StoreUnavailable."""
        if scope.class_id is not None:
            problems = [_scope_problem(scope, event) for event in parsed.events]
            return Admitted(reject_events(parsed, problems), scope.policy)
        class_ids = sorted({event.class_id for event in parsed.events if event.class_id is not None})
        registered = self.policy_cache.look_up(None, class_ids).policies
        refused = [REGISTERED if event.class_id in registered else None for event in parsed.events]
        return Admitted(reject_events(parsed, refused), None)


def _scope_problem(scope: SenderScope, event: Event) -> Problem | None:
    if event.class_id != scope.class_id:
        return OTHER_CLASS
    return OTHER_STUDENT if scope.user_id not in (None, event.user_id) else None


def reject_events(parsed: ParsedBatch, problems: Sequence[Problem | None]) -> ParsedBatch:
    """Move the events that have a problem to the rejections; these keep the index that the event had in the POST.

    problems: one entry per event, in their order. Not by event id, which two students of a batch may share.
    """
    rejected_before = {rejection.index for rejection in parsed.rejected}
    indexes = [index for index in range(len(parsed.events) + len(rejected_before)) if index not in rejected_before]
    events, rejected = [], list(parsed.rejected)
    for index, event, problem in zip(indexes, parsed.events, problems, strict=True):
        if problem:
            rejected.append(Rejection(index, event.event_id, problem))
        else:
            events.append(event)
    return replace(parsed, events=events, rejected=sorted(rejected, key=lambda rejection: rejection.index))
