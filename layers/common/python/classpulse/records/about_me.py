"""The use case of GET /api/v1/me/data: a student exports their own data."""

from collections.abc import Sequence
from dataclasses import dataclass

from classpulse.classes.ports import Enrolment, Enrolments
from classpulse.core.ports import Clock
from classpulse.ingest.ports import StudentToken, StudentTokens
from classpulse.ingest.privacy import pseudonym
from classpulse.progress.model import CellProgress, StudentProgress
from classpulse.progress.ports import ProgressReader
from classpulse.progress.sessions import SessionLine
from classpulse.records.model import ExportedRosterEntry, StudentDataExport
from classpulse.views.model import StoredEvent, StudentState

PAGE = 200


@dataclass(frozen=True)
class AboutMe:
    """raw_data_days: after so many days code, output and error messages are deleted; 0: never."""

    reader: ProgressReader
    enrolments: Enrolments
    tokens: StudentTokens
    clock: Clock
    privacy_key: bytes
    raw_data_days: int

    def identify(self, bearer: str) -> tuple[StudentToken, list[str]] | None:
        """Return a student token's claims, and the ids of the student, the one in use first. Raises StoreUnavailable.

        Return None if the token is not a valid student token.
        """
        found = self._enrolled(bearer)
        return (found[0], self._ids(*found)) if found else None

    def __call__(self, bearer: str, after: int) -> StudentDataExport | None:
        """Return a page of the export; None if the token is not a valid student token. Raises StoreUnavailable."""
        found = self._enrolled(bearer)
        if found is None:
            return None
        token, enrolment = found
        ids = self._ids(token, enrolment)
        students = self._progress(token.class_id, ids)
        progress, cells, sessions = students[0] if students else (None, [], [])
        page = self.reader.read_facts(token.class_id, after, PAGE, ids)
        return StudentDataExport(
            class_id=token.class_id,
            user_id=token.user_id,
            stored_as=ids[0],
            title=enrolment.title,
            privacy=enrolment.policy.privacy,
            pseudonymous=enrolment.policy.pseudonymous,
            redact=enrolment.policy.redact,
            retention_days=self.raw_data_days or None,
            roster=ExportedRosterEntry.model_validate(enrolment.roster) if enrolment.roster else None,
            progress=progress,
            cells=cells,
            sessions=sessions,
            others=[
                StudentState(**dict(student), cells=cells, session_list=sessions)
                for student, cells, sessions in students[1:]
            ],
            events=[StoredEvent.model_validate(event) for event in page.events],
            next=page.next,
        )

    def _enrolled(self, bearer: str) -> tuple[StudentToken, Enrolment] | None:
        """Return the student whose valid token this is, and the enrolment. Raises StoreUnavailable."""
        token = self.tokens.read_student(bearer, self.clock())
        if token is None or not self.enrolments.is_valid(token):
            return None
        enrolment = self.enrolments.read_enrolment(token.class_id, token.user_id)
        if enrolment is None or token.issued_at.timestamp() < enrolment.policy.tokens_from:
            return None
        return token, enrolment

    def _ids(self, token: StudentToken, enrolment: Enrolment) -> list[str]:
        """Return the ids under which the student may be stored; the first is the present one.

        A class may have switched pseudonyms on or off: events stored before that keep their user id. So do the events
        of guests whom a teacher linked to the student.
        """
        ids = [token.user_id, pseudonym(self.privacy_key, token.class_id, token.user_id)]
        if enrolment.policy.pseudonymous:
            ids.reverse()
        return [*ids, *(enrolment.roster.guest_ids if enrolment.roster else ())]

    def _progress(
        self, class_id: str, ids: Sequence[str]
    ) -> list[tuple[StudentProgress, list[CellProgress], list[SessionLine]]]:
        """Return what is stored under these ids, without what teachers write about the student."""
        found = []
        for user_id in ids:
            if (student := self.reader.read_student(class_id, user_id)) is not None:
                sessions = self.reader.read_sessions(class_id, [user_id])
                found.append((student[0].model_copy(update={"attention": None}), student[1], sessions))
        return found
