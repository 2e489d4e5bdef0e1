"""The use case of GET /api/v1/me/data: a student exports their own data."""

from dataclasses import dataclass

from classpulse.classes.ports import Enrolments
from classpulse.core.ports import Clock
from classpulse.ingest.ports import StudentTokens
from classpulse.ingest.privacy import pseudonym
from classpulse.progress.ports import ProgressReader
from classpulse.records.model import ExportedRosterEntry, StudentDataExport
from classpulse.views.model import StoredEvent

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

    def __call__(self, bearer: str, after: int) -> StudentDataExport | None:
        """Return a page of the export; None if the token is not a valid student token. Raises StoreUnavailable."""
        token = self.tokens.read_student(bearer, self.clock())
        enrolment = self.enrolments.read_enrolment(token.class_id, token.user_id) if token else None
        if token is None or enrolment is None or token.issued_at.timestamp() < enrolment.policy.tokens_from:
            return None
        # A class may have switched pseudonyms on or off: events stored before that keep their user id.
        ids = [pseudonym(self.privacy_key, token.class_id, token.user_id), token.user_id]
        if not enrolment.policy.pseudonymous:
            ids.reverse()
        students = [self.reader.read_student(token.class_id, user_id) for user_id in ids]
        progress, cells = next((student for student in students if student), (None, []))
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
            events=[StoredEvent.model_validate(event) for event in page.events],
            next=page.next,
        )
