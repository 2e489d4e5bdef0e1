"""The use cases of registered classes: settings, members, keys and rosters."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from classpulse.classes.joining import CLASS_UNREGISTERED
from classpulse.classes.ports import ClassRepository, KeyToStore, RegisteredClass, RosterChange, RosterEntry, StoredKey
from classpulse.classes.rosters import Student
from classpulse.core.digests import digest
from classpulse.core.errors import Conflict, Forbidden, NotFound
from classpulse.core.ports import Clock
from classpulse.core.problems import ErrorCode, Problem
from classpulse.identity.ending import Disconnect
from classpulse.identity.model import Grant, Principal
from classpulse.ingest.keys import new_key
from classpulse.ingest.privacy import pseudonym
from classpulse.progress.updates import Changed
from classpulse.queues.ports import OutboundMessage, Queue

HINT_CHARACTERS = 4
CLASS_CREATION_FORBIDDEN = Problem(
    ErrorCode.CLASS_CREATION_FORBIDDEN, "your account cannot create classes: ask the operator for the permission"
)
CLASS_ID_TAKEN = Problem(
    ErrorCode.CLASS_ID_TAKEN, "this class id is taken, or has events already: choose another, or ask the operator"
)
KEY_UNKNOWN = Problem(ErrorCode.KEY_UNKNOWN, "the class has no such key")
LAST_INSTRUCTOR = Problem(
    ErrorCode.LAST_INSTRUCTOR, "this is the last instructor of the class: appoint another one first"
)
REPLACED_KEY_UNKNOWN = Problem(ErrorCode.KEY_UNKNOWN, "replaces: the class has no such key")


@dataclass(frozen=True)
class Classes:
    """The use cases under /api/v1/manage; the routes check permissions. Every method raises TransientError."""

    repository: ClassRepository
    disconnect: Disconnect
    updates: Queue
    clock: Clock
    privacy_key: bytes

    def read(self, class_id: str) -> RegisteredClass:
        """Return one class. Raises NotFound."""
        classes = self.repository.read([class_id])
        if not classes:
            raise NotFound(CLASS_UNREGISTERED)
        return classes[0]

    def create(self, new: RegisteredClass, principal: Principal) -> None:
        """Register a class; an account becomes its instructor. Raises Forbidden, Conflict."""
        # Checked first: only those who may create classes learn that an id is taken.
        if not principal.may_create_classes:
            raise Forbidden(CLASS_CREATION_FORBIDDEN)
        if not self.repository.register(new, principal.account_id):
            raise Conflict(CLASS_ID_TAKEN)
        if principal.account_id is not None:
            self._mark_teachers(new.policy.class_id)
            # An open socket has the grants of its ticket: it has to reconnect to see the class.
            self.disconnect(principal.account_id)

    def change(self, class_id: str, changes: Mapping[str, Any], *, revoke_student_tokens: bool) -> RegisteredClass:
        """Change settings. Raises NotFound."""
        if revoke_student_tokens:
            # Tokens carry whole seconds, so those of this second are revoked as well.
            changes = {**changes, "tokens_from": math.floor(self.clock().timestamp()) + 1}
        self.read(class_id)
        changed = self.repository.change(class_id, changes)
        if changed is None:
            raise NotFound(CLASS_UNREGISTERED)
        self._mark_teachers(class_id)
        return changed

    def appoint(self, class_id: str, email: str, grant: Grant | None) -> None:
        """Give an address a role in a class, or revoke it (None). Raises NotFound, Conflict.

        The answer is the same with and without an account: an account that is created later gets the role.
        """
        self.read(class_id)
        appointed = self.repository.appoint(class_id, email, grant)
        if appointed is None:
            raise Conflict(LAST_INSTRUCTOR)
        self._mark_teachers(class_id)
        if appointed.account_id is not None:
            self.disconnect(appointed.account_id)

    def make_key(
        self,
        class_id: str,
        expires_at: datetime | None,
        replaces: int | None,
        overlap: timedelta,
        *,
        in_path: bool = False,
    ) -> tuple[str, StoredKey]:
        """Return a new key, of which only a digest is stored, and its StoredKey. Raises NotFound."""
        self.read(class_id)
        key = new_key(in_path=in_path)
        old = None if replaces is None else (replaces, self.clock() + overlap)
        new = KeyToStore(digest(key), key[-HINT_CHARACTERS:], in_path, expires_at)
        stored = self.repository.add_key(class_id, new, old)
        if stored is None:
            raise NotFound(REPLACED_KEY_UNKNOWN)
        return key, stored

    def revoke_key(self, class_id: str, key_id: int) -> None:
        """Revoke a key. Raises NotFound."""
        self.read(class_id)
        if not self.repository.revoke_key(class_id, key_id, self.clock()):
            raise NotFound(KEY_UNKNOWN)

    def replace_roster(self, class_id: str, students: Sequence[Student]) -> RosterChange:
        """Replace the roster, and update the dashboards. Raises NotFound.

        If sending the update fails, the revisions have a gap, which dashboards detect and fill.
        """
        self.read(class_id)
        entries = [self._entry(class_id, student) for student in students]
        change = self.repository.replace_roster(class_id, entries)
        self._send(change.update)
        return change

    def _mark_teachers(self, class_id: str) -> None:
        self._send(self.repository.mark_teachers(class_id, partial(pseudonym, self.privacy_key, class_id)))

    def _send(self, update: Changed | None) -> None:
        if update is not None:
            self.updates.send([OutboundMessage(body) for body in update.bodies()])

    def _entry(self, class_id: str, student: Student) -> RosterEntry:
        stored_as = pseudonym(self.privacy_key, class_id, student.user_id)
        return RosterEntry(student.user_id, stored_as, student.user_name, student.team_name, joined_at=None)
