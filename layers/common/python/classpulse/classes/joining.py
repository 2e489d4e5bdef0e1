"""The use cases of students who join: by class key, personal code or a verified identity; and of their tokens."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from classpulse.classes.joining_ports import MOST_GUESTS, Added, Guest, JoiningRepository, Linked, StoredCode
from classpulse.classes.personal_codes import new_code, normalised
from classpulse.classes.ports import ClassRepository
from classpulse.classes.rosters import reserved_form
from classpulse.core.digests import digest
from classpulse.core.errors import Conflict, InvalidRequest, NotAdmitted, NotFound
from classpulse.core.ports import Clock
from classpulse.core.problems import ErrorCode, Problem
from classpulse.ingest.keys import KEY_INVALID, check_key
from classpulse.ingest.ports import IngestKey, PolicyCache, StudentToken, StudentTokens
from classpulse.ingest.privacy import GUEST_PREFIX, ClassPolicy, pseudonym
from classpulse.progress.updates import Changed
from classpulse.queues.ports import OutboundMessage, Queue

JOIN_LIFE = timedelta(days=180)
# 16 characters of base 32.
GUEST_BYTES = 10
CLASS_UNREGISTERED = Problem(ErrorCode.CLASS_UNREGISTERED, "this class is not registered")
CODE_INVALID = Problem(
    ErrorCode.CODE_INVALID, "the personal code is unknown, used, expired or replaced: ask the instructor for a new one"
)
GUEST_UNKNOWN = Problem(ErrorCode.GUEST_UNKNOWN, "the class has no such guest: read the list of guests again")
KEY_FULL = Problem(
    ErrorCode.KEY_FULL, f"{MOST_GUESTS:,} students have joined with this key: ask the instructor for a new one"
)
NOT_ON_ROSTER = Problem(
    ErrorCode.STUDENT_NOT_ON_ROSTER, "a student is not on the roster: import a roster that has the student first"
)
USER_ID_BY_KEY = Problem(
    ErrorCode.USER_ID_NOT_ALLOWED,
    "userId: a class key gives a new, unverified id; leave it out, or join with a personal code from the instructor",
)
USER_ID_BY_CODE = Problem(ErrorCode.USER_ID_NOT_ALLOWED, "userId: the personal code says who joins; leave userId out")
USER_ID_RESERVED = Problem(
    ErrorCode.USER_ID_NOT_ALLOWED, "userIds: one has the form of a pseudonym; use the student's id on the roster"
)


@dataclass(frozen=True)
class JoinedStudent:
    """A student's new token. verified: whether the id is one of the roster."""

    class_id: str
    user_id: str
    token: str
    verified: bool


@dataclass(frozen=True)
class NewCode:
    """A personal code, which is not stored."""

    user_id: str
    code: str
    expires_at: datetime


@dataclass(frozen=True)
class Joining:
    """The routes check permissions. Every method raises TransientError."""

    repository: JoiningRepository
    classes: ClassRepository
    tokens: StudentTokens
    policy_cache: PolicyCache
    updates: Queue
    clock: Clock
    privacy_key: bytes

    def join(self, bearer: str, user_id: str | None, user_name: str | None) -> JoinedStudent:
        """Join with a class key or a personal code. Raises NotAdmitted, InvalidRequest, Conflict."""
        code = normalised(bearer)
        if code is None:
            key, policy = check_key(self.policy_cache, bearer, self.clock)
            if user_id is not None:
                raise InvalidRequest(USER_ID_BY_KEY)
            return self._as_guest(key, policy, user_name)
        if user_id is not None:
            raise InvalidRequest(USER_ID_BY_CODE)
        token = self.repository.redeem_code(digest(code), self.clock(), self._token)
        if token is None:
            raise NotAdmitted(403, CODE_INVALID)
        return JoinedStudent(token.class_id, token.user_id, self.tokens.student(token), verified=True)

    def join_verified(self, class_id: str, user_id: str) -> JoinedStudent:
        """Return the token of a student on the roster whom a trusted service has identified. Raises NotFound."""
        token = self.repository.join_verified(class_id, user_id, self.clock(), self._token)
        if token is None:
            raise NotFound(NOT_ON_ROSTER)
        return JoinedStudent(token.class_id, token.user_id, self.tokens.student(token), verified=True)

    def student_tokens(
        self, class_id: str, user_ids: Sequence[str] | None, days: int, *, keep_tokens: bool
    ) -> list[tuple[str, str]]:
        """Return (user id, token) for these students, or for the roster (None). Raises NotFound, InvalidRequest."""
        policy = self._policy(class_id)
        if user_ids is None:
            user_ids = [entry.user_id for entry in self.classes.roster(class_id)]
        if any(reserved_form(user_id) == "pseudonym" for user_id in user_ids):
            raise InvalidRequest(USER_ID_RESERVED)
        tokens = [self._token(policy, user_id, timedelta(days=days)) for user_id in dict.fromkeys(user_ids)]
        self.repository.add_tokens(class_id, tokens, keep_tokens=keep_tokens)
        return [(token.user_id, self.tokens.student(token)) for token in tokens]

    def personal_codes(
        self, class_id: str, user_ids: Sequence[str] | None, days: int, *, keep_tokens: bool
    ) -> list[NewCode]:
        """Return a code for each of these students, or for those on the roster who have not joined (None).

        Raises NotFound.
        """
        self._policy(class_id)
        if user_ids is None:
            user_ids = [entry.user_id for entry in self.classes.roster(class_id) if entry.joined_at is None]
        expires_at = self.clock() + timedelta(days=days)
        codes = [NewCode(user_id, new_code(), expires_at) for user_id in dict.fromkeys(user_ids)]
        stored = [StoredCode(one.user_id, digest(normalised(one.code) or ""), expires_at) for one in codes]
        if self.repository.add_codes(class_id, stored, keep_tokens=keep_tokens):
            raise NotFound(NOT_ON_ROSTER)
        return codes

    def guests(self, class_id: str) -> list[Guest]:
        """Return the guests, those who joined last first. Raises NotFound."""
        self._policy(class_id)
        return self.repository.guests(class_id)

    def link_guest(self, class_id: str, user_id: str, roster_user_id: str | None) -> None:
        """Link a guest to a student on the roster, or unlink it (None). Raises NotFound."""
        self._policy(class_id)
        outcome, update = self.repository.link_guest(class_id, user_id, roster_user_id, self.clock())
        if outcome is Linked.GUEST_UNKNOWN:
            raise NotFound(GUEST_UNKNOWN)
        if outcome is Linked.NOT_ON_ROSTER:
            raise NotFound(NOT_ON_ROSTER)
        self._send(update)

    def remove_guest(self, class_id: str, user_id: str) -> None:
        """Remove a guest and revoke its tokens; the events stay. Raises NotFound."""
        self._policy(class_id)
        outcome, update = self.repository.remove_guest(class_id, user_id)
        if outcome is Linked.GUEST_UNKNOWN:
            raise NotFound(GUEST_UNKNOWN)
        self._send(update)

    def _send(self, update: Changed | None) -> None:
        if update is not None:
            self.updates.send([OutboundMessage(body) for body in update.bodies()])

    def _as_guest(self, key: IngestKey, policy: ClassPolicy, user_name: str | None) -> JoinedStudent:
        while True:
            user_id = GUEST_PREFIX + base64.b32encode(secrets.token_bytes(GUEST_BYTES)).decode().lower()
            stored_as = pseudonym(self.privacy_key, key.class_id, user_id)
            token = self._token(policy, user_id, expires_at=key.expires_at)
            guest = Guest(user_id, stored_as, user_name, self.clock())
            added = self.repository.add_guest(key.class_id, guest, token, key.key_id)
            if added is Added.KEY_ENDED:
                raise NotAdmitted(403, KEY_INVALID)
            if added is Added.KEY_FULL:
                raise Conflict(KEY_FULL)
            if added is Added.DONE:
                return JoinedStudent(key.class_id, user_id, self.tokens.student(token), verified=False)

    def _token(
        self, policy: ClassPolicy, user_id: str, life: timedelta = JOIN_LIFE, expires_at: float | None = None
    ) -> StudentToken:
        """Return a new token that is valid under the class's present policy; expires_at: Unix time, at the latest."""
        issued = max(self.clock(), datetime.fromtimestamp(policy.tokens_from, UTC))
        ends = issued + life if expires_at is None else min(issued + life, datetime.fromtimestamp(expires_at, UTC))
        return StudentToken(policy.class_id, user_id, issued, ends)

    def _policy(self, class_id: str) -> ClassPolicy:
        classes = self.classes.read([class_id])
        if not classes:
            raise NotFound(CLASS_UNREGISTERED)
        return classes[0].policy
