"""The bodies of requests and answers under /api/v1/manage."""

import re
from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator, Field, StrictBool

from classpulse.classes.rosters import LONGEST, MOST_STUDENTS
from classpulse.core.privacy_level import PrivacyLevel
from classpulse.identity.bodies import Body
from classpulse.identity.model import Role
from classpulse.ingest.events import STORABLE

Name = Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=STORABLE)]
AnyName = Annotated[str | None, Field(max_length=LONGEST, pattern=STORABLE)]
Id = Annotated[str, Field(min_length=1, max_length=128, pattern=STORABLE)]
MOST_KEY_ID = 2**62
# Lambda accepts 6 MiB with the body as a JSON string, in which a control character is written as \\u0000.
MOST_CSV = 800_000


def _only_a_date(value: object) -> object:
    # Pydantic would also accept a number, or a time at midnight.
    if (
        value is None
        or isinstance(value, date)
        or (isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value))
    ):
        return value
    raise ValueError("not a date")


LastDay = Annotated[date | None, BeforeValidator(_only_a_date)]


class Settings(Body):
    """The settings of a class, with their defaults."""

    title: Name
    privacy: PrivacyLevel = PrivacyLevel.FULL
    pseudonymous: StrictBool = False
    redact: StrictBool = True
    students_only: StrictBool = False
    ends_on: Annotated[LastDay, Field(description="the last day; some time later the class is erased")] = None


class NewClass(Settings):
    """A class to register; title: its id by default."""

    class_id: Id
    title: AnyName = None  # type: ignore[assignment]


class ClassChange(Body):
    """Fields that are left out or null stay the same; revokeStudentTokens: revoke all tokens issued until now.

    endsOn: null removes the last day.
    """

    title: Annotated[str | None, Field(min_length=1, max_length=LONGEST, pattern=STORABLE)] = None
    privacy: PrivacyLevel | None = None
    pseudonymous: StrictBool | None = None
    redact: StrictBool | None = None
    students_only: StrictBool | None = None
    ends_on: LastDay = None
    revoke_student_tokens: StrictBool = False


class MyClass(Settings):
    """A class, and the caller's role in it; teamName: the only team that the caller may see."""

    class_id: str
    role: Role
    team_name: str | None


class MyClasses(Body):
    """The classes that the caller may see."""

    classes: list[MyClass]


class Appointment(Body):
    """A role in a class; teamName: limits an assistant to this team."""

    role: Role
    team_name: AnyName = None


class MemberView(Appointment):
    """An address with a role in the class. No answer tells whether it has an account already."""

    email: str


class MemberList(Body):
    """The members."""

    members: list[MemberView]


class KeyWish(Body):
    """replaces: the keyId of a key of the same kind, which expires overlapSeconds from now.

    inPath: make a path key, for clients that cannot set a header. Anyone who sees an address with such a key can write
    events in the name of any student of the class.
    """

    in_path: StrictBool = False
    expires_at: AwareDatetime | None = None
    replaces: Annotated[int | None, Field(ge=1, le=MOST_KEY_ID, strict=True)] = None
    overlap_seconds: Annotated[int, Field(ge=0, le=90 * 24 * 60 * 60, strict=True)] = 0


class KeyView(Body):
    """What is stored of a key; hint: its last characters; inPath: whether it is a path key."""

    key_id: int
    hint: str
    in_path: bool
    created_at: AwareDatetime
    expires_at: AwareDatetime | None
    revoked_at: AwareDatetime | None


class NewKey(KeyView):
    """A new key; no other answer contains the key itself. path: of the address with a path key; null: a class key."""

    key: str
    path: str | None


class KeyList(Body):
    """The keys, newest first."""

    keys: list[KeyView]


class StudentLine(Body):
    """A student on a roster."""

    user_id: Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=STORABLE)]
    user_name: AnyName = None
    team_name: AnyName = None


class RosterLine(StudentLine):
    """pseudonym: what the class stores instead of userId, if it is pseudonymous.

    guestIds: the ids, and their pseudonyms, of the guests that a teacher linked to the student.
    """

    pseudonym: str
    joined_at: AwareDatetime | None
    guest_ids: list[str]


class Roster(Body):
    """The students, sorted by userId."""

    students: list[RosterLine]


class CsvRoster(Body):
    """A roster as CSV with the header userId,userName,teamName."""

    csv: Annotated[str, Field(max_length=MOST_CSV)]


class JsonRoster(Body):
    """A roster as JSON."""

    students: Annotated[list[StudentLine], Field(max_length=MOST_STUDENTS)]


class Imported(Body):
    """How many students an import added, changed and removed."""

    added: int
    changed: int
    removed: int
