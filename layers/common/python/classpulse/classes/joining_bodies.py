"""The bodies of requests and answers about joining: guests, personal codes and student tokens."""

from typing import Annotated

from pydantic import AwareDatetime, Field, StrictBool

from classpulse.classes.bodies import AnyName, Name
from classpulse.classes.rosters import MOST_STUDENTS
from classpulse.identity.bodies import Body


class JoinWish(Body):
    """userName: the name that teachers see of a student who joins with the class key.

    userId is refused: the server chooses it for a class key, and a personal code names its student.
    """

    user_id: AnyName = None
    user_name: AnyName = None


class Joined(Body):
    """The student's token. verified: whether userId is the student's id on the roster."""

    user_id: str
    token: str
    verified: bool


class TokenWish(Body):
    """userIds: the students, by default all on the roster; days: until the tokens expire.

    Tokens that these students have are revoked, unless keepTokens is true.
    """

    user_ids: Annotated[list[Name] | None, Field(max_length=MOST_STUDENTS)] = None
    days: Annotated[int, Field(ge=1, le=366, strict=True)] = 180
    keep_tokens: StrictBool = False


class TokenView(Body):
    """A student's token."""

    user_id: str
    token: str


class TokenList(Body):
    """The students' tokens; no other answer contains them."""

    tokens: list[TokenView]


class CodeWish(Body):
    """userIds: students on the roster, by default those who have not joined; days: until the codes expire.

    Codes of these students that are not used yet are replaced. Tokens that they have are revoked, unless keepTokens is
    true.
    """

    user_ids: Annotated[list[Name] | None, Field(max_length=MOST_STUDENTS)] = None
    days: Annotated[int, Field(ge=1, le=366, strict=True)] = 30
    keep_tokens: StrictBool = False


class CodeView(Body):
    """A student's personal code; it works once."""

    user_id: str
    code: str
    expires_at: AwareDatetime


class CodeList(Body):
    """The students' codes; no other answer contains them."""

    codes: list[CodeView]


class GuestLink(Body):
    """rosterUserId: the student on the roster that the guest is; null: unlink the guest."""

    roster_user_id: Name | None


class GuestView(Body):
    """A student who joined with the class key. Nobody has verified userName until rosterUserId is set.

    pseudonym: what the class stores instead of userId, if it is pseudonymous.
    """

    user_id: str
    pseudonym: str
    user_name: str | None
    joined_at: AwareDatetime
    roster_user_id: str | None


class GuestList(Body):
    """The guests, those who joined last first."""

    guests: list[GuestView]
