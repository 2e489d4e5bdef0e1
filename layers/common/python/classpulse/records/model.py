"""The export that a student gets of their own data."""

from typing import Annotated

from pydantic import Field

from classpulse.core.moments import Moment
from classpulse.core.privacy_level import PrivacyLevel
from classpulse.progress.model import CellProgress, StudentProgress
from classpulse.progress.sessions import SessionLine
from classpulse.views.model import StoredEvent, StudentState, View


class ExportedRosterEntry(View):
    """A student's entry on the class's roster; guestIds: the ids of the guests that a teacher linked to the student."""

    user_id: str
    pseudonym: str
    user_name: str | None
    team_name: str | None
    joined_at: Moment | None
    guest_ids: list[str]


class StudentDataExport(View):
    """What is stored about a student in a class; the events in pages, in the order of storing."""

    class_id: str
    user_id: str
    stored_as: Annotated[str, Field(description="the user id under which events are stored now")]
    title: str
    privacy: PrivacyLevel
    pseudonymous: bool
    redact: bool
    retention_days: Annotated[
        int | None, Field(description="after so many days code, output and error messages are deleted; null: never")
    ]
    roster: ExportedRosterEntry | None
    progress: Annotated[StudentProgress | None, Field(description="without what teachers write about the student")]
    cells: list[CellProgress]
    sessions: list[SessionLine]
    others: Annotated[
        list[StudentState],
        Field(description="progress under other ids: of linked guests, and before pseudonyms were switched on or off"),
    ]
    events: list[StoredEvent]
    next: Annotated[int | None, Field(description="`after` of the next page; null on the last")]
