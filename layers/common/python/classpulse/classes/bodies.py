"""Bodies of requests and answers under /api/v1/manage."""

from typing import Annotated

from pydantic import AwareDatetime, Field, StrictBool

from classpulse.classes.rosters import LONGEST, MOST_STUDENTS
from classpulse.core.privacy_level import PrivacyLevel
from classpulse.identity.api import Body
from classpulse.identity.model import Role
from classpulse.identity.service import SHORTEST_PASSWORD
from classpulse.ingest.events import STORABLE

Email = Annotated[str, Field(min_length=3, max_length=320, pattern=r"^[^@\s\x00]+@[^@\s\x00]+$")]
Name = Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=STORABLE)]
AnyName = Annotated[str | None, Field(max_length=LONGEST, pattern=STORABLE)]
Id = Annotated[str, Field(min_length=1, max_length=128, pattern=STORABLE)]
MOST_KEY_ID = 2**62


class NewAccount(Body):
    """Without a password it signs in by a link or at the university."""

    email: Email
    name: Name
    password: Annotated[str | None, Field(min_length=SHORTEST_PASSWORD, max_length=1024)] = None


class AccountView(Body):
    """Somebody who can sign in."""

    email: str
    name: str
    disabled: bool


class AccountList(Body):
    """The accounts."""

    accounts: list[AccountView]


class Settings(Body):
    """What a class decides, with what holds if nothing is said."""

    title: Name
    privacy: PrivacyLevel = PrivacyLevel.FULL
    pseudonymous: StrictBool = False
    redact: StrictBool = True
    students_only: StrictBool = False


class NewClass(Settings):
    """A class to be registered; title: its id, if nothing is said."""

    class_id: Id
    title: AnyName = None  # type: ignore[assignment]


class ClassChange(Body):
    """What is left out, or null, stays; revokeStudentTokens: no token that was issued until now counts any more."""

    title: Annotated[str | None, Field(min_length=1, max_length=LONGEST, pattern=STORABLE)] = None
    privacy: PrivacyLevel | None = None
    pseudonymous: StrictBool | None = None
    redact: StrictBool | None = None
    students_only: StrictBool | None = None
    revoke_student_tokens: StrictBool = False


class MyClass(Settings):
    """A class, and what who asks is in it; teamName: it sees this team alone."""

    class_id: str
    role: Role
    team_name: str | None


class MyClasses(Body):
    """The classes of who asks."""

    classes: list[MyClass]


class Appointment(Body):
    """teamName: an assistant of this team alone."""

    role: Role
    team_name: AnyName = None


class MemberView(Appointment):
    """Who has a role in the class."""

    email: str
    name: str


class MemberList(Body):
    """The members."""

    members: list[MemberView]


class KeyWish(Body):
    """replaces: the keyId of the key that ends overlapSeconds from now."""

    expires_at: AwareDatetime | None = None
    replaces: Annotated[int | None, Field(ge=1, le=MOST_KEY_ID, strict=True)] = None
    overlap_seconds: Annotated[int, Field(ge=0, le=90 * 24 * 60 * 60, strict=True)] = 0


class KeyView(Body):
    """What is kept of a key; hint: its last characters."""

    key_id: int
    hint: str
    created_at: AwareDatetime
    expires_at: AwareDatetime | None
    revoked_at: AwareDatetime | None


class NewKey(KeyView):
    """The only answer that holds the key itself."""

    key: str


class KeyList(Body):
    """The keys, newest first."""

    keys: list[KeyView]


class StudentLine(Body):
    """A student of a roster."""

    user_id: Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=STORABLE)]
    user_name: AnyName = None
    team_name: AnyName = None


class RosterLine(StudentLine):
    """pseudonym: what the class stores instead of userId, if it is pseudonymous."""

    pseudonym: str
    joined_at: AwareDatetime | None


class Roster(Body):
    """The students, by userId."""

    students: list[RosterLine]


class CsvRoster(Body):
    """CSV with the header userId,userName,teamName."""

    csv: Annotated[str, Field(max_length=1_000_000)]


class JsonRoster(Body):
    """The same as JSON."""

    students: Annotated[list[StudentLine], Field(max_length=MOST_STUDENTS)]


class Imported(Body):
    """What an import did."""

    added: int
    changed: int
    removed: int


class TokenWish(Body):
    """userIds: of these alone, else of the whole roster."""

    user_ids: Annotated[list[Name] | None, Field(max_length=MOST_STUDENTS)] = None
    days: Annotated[int, Field(ge=1, le=366, strict=True)] = 180


class TokenView(Body):
    """A student's own token."""

    user_id: str
    token: str


class TokenList(Body):
    """The students' tokens; nobody can read them again."""

    tokens: list[TokenView]


class Joined(Body):
    """The student's own token."""

    token: str
