"""What a student reads about themselves."""

from typing import Annotated

from pydantic import Field

from classpulse.core.moments import Moment
from classpulse.core.privacy_level import PrivacyLevel
from classpulse.progress.model import CellProgress, StudentProgress
from classpulse.views.model import StoredEvent, View


class ExportedRosterEntry(View):
    """A student's line of the class's roster."""

    user_id: str
    pseudonym: str
    user_name: str | None
    team_name: str | None
    joined_at: Moment | None


class StudentDataExport(View):
    """What is kept about a student in a class; the events page by page, in storing order."""

    class_id: str
    user_id: str
    stored_as: Annotated[str, Field(description="the user id that events are stored with now")]
    title: str
    privacy: PrivacyLevel
    pseudonymous: bool
    redact: bool
    retention_days: Annotated[
        int | None, Field(description="after so many days code, output and error messages go; null: they stay")
    ]
    roster: ExportedRosterEntry | None
    progress: StudentProgress | None
    cells: list[CellProgress]
    events: list[StoredEvent]
    next: Annotated[int | None, Field(description="`after` of the following page")]
