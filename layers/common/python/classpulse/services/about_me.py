"""What is kept about a student, for the student."""

from dataclasses import dataclass

from classpulse.domain.privacy import pseudonym
from classpulse.domain.views import Kept, KeptRosterEntry, StoredEvent
from classpulse.ports import Clock, Enrolments, ProgressReader, Tokens

PAGE = 200


@dataclass(frozen=True)
class AboutMe:
    """raw_data_days: after so many days code, output and error messages are forgotten; 0: never."""

    reader: ProgressReader
    enrolments: Enrolments
    tokens: Tokens
    clock: Clock
    privacy_key: bytes
    raw_data_days: int

    def __call__(self, bearer: str, after: int) -> Kept | None:
        """Return a page of it; None for a token that is not a student's, or is revoked. Raises StoreUnavailable."""
        token = self.tokens.read_student(bearer, self.clock())
        found = self.enrolments.read_enrolment(token.class_id, token.user_id) if token else None
        if token is None or found is None or token.issued_at.timestamp() < found.policy.tokens_from:
            return None
        # A class can have become pseudonymous, or ceased to be: what was stored before keeps its name.
        ids = [pseudonym(self.privacy_key, token.class_id, token.user_id), token.user_id]
        if not found.policy.pseudonymous:
            ids.reverse()
        students = [self.reader.read_student(token.class_id, user_id) for user_id in ids]
        progress, cells = next((student for student in students if student), (None, []))
        page = self.reader.read_facts(token.class_id, after, PAGE, ids)
        return Kept(
            class_id=token.class_id,
            user_id=token.user_id,
            stored_as=ids[0],
            title=found.title,
            privacy=found.policy.privacy,
            pseudonymous=found.policy.pseudonymous,
            redact=found.policy.redact,
            retention_days=self.raw_data_days or None,
            roster=KeptRosterEntry.model_validate(found.roster) if found.roster else None,
            progress=progress,
            cells=cells,
            events=[StoredEvent.model_validate(event) for event in page.events],
            next=page.next,
        )
