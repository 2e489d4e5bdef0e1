"""What the services need of the outside world. An adapter translates its errors into `classpulse.errors`."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from classpulse.domain.batches import Fact
from classpulse.domain.events import Event
from classpulse.domain.identity import Entrance, Grant, Principal
from classpulse.domain.privacy import ClassPolicy
from classpulse.domain.progress import CellProgress, CellState, StudentProgress
from classpulse.domain.series import EVERYTHING, Minute, SeriesFilter

if TYPE_CHECKING:  # what only the query function needs would cost the others' cold starts
    from classpulse.domain.attending import AttentionChange
    from classpulse.domain.views import CellDifficulty, ErrorGroup, Grid, NotebookLine, Pace, Timeline

# What the body of one queue message may hold; SQS takes 1 MiB with the attributes.
MAX_MESSAGE_BYTES = 1_000_000
MOST_ERROR_GROUPS = 200


@dataclass(frozen=True)
class OutboundMessage:
    """A message to be queued: body as text, attributes as strings."""

    body: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class InboundMessage:
    """A message that a queue has handed to a function."""

    message_id: str
    body: str


@dataclass(frozen=True)
class StoredClass:
    """What storing a batch did to one class.

    `revision` is the class's new revision, None when every event was known before. `stored` are the ids of the
    events that are new. `students` are all students that the batch names, as they are now, and `cells` those of their
    cells that it changed.
    """

    class_id: str
    revision: int | None
    stored: frozenset[str]
    students: list[StudentProgress]
    cells: list[CellState] = field(default_factory=list)


@dataclass(frozen=True)
class ClassProgress:
    """A class at one revision."""

    class_id: str
    revision: int
    students: list[StudentProgress]


@dataclass(frozen=True)
class ClassSummary:
    """One line of the list of classes."""

    class_id: str
    revision: int
    students: int
    events: int


@dataclass(frozen=True)
class FactPage:
    """Stored events in storing order, as wire JSON objects; `next` is the cursor of the following page."""

    events: list[dict[str, Any]]
    next: int | None


class Pingable(Protocol):
    """An outside thing that can be asked for a sign of life."""

    def ping(self) -> None:
        """Raises TransientError."""


class Queue(Protocol):
    """A durable queue."""

    def send(self, messages: Sequence[OutboundMessage]) -> None:
        """Return when all are durably queued. Raises QueueUnavailable; then some may be queued."""


class FactStore(Protocol):
    """Facts and progress, changed together."""

    def store(self, facts: Sequence[Fact]) -> list[StoredClass]:
        """Store in one transaction, each event id of a class once.

        Raises StoreUnavailable when it can be tried again, PermanentError when a value cannot be stored.
        """


class ProgressReader(Pingable, Protocol):
    """What dashboards read."""

    def read_class(self, class_id: str, since: int | None = None) -> ClassProgress:
        """Return the class at its highest revision; with `since`, at least the students changed after it."""

    def read_student(self, class_id: str, user_id: str) -> tuple[StudentProgress, list[CellProgress]] | None:
        """Return a student's progress, overall and per cell; None for one who is not known."""

    def read_facts(
        self, class_id: str, after: int, limit: int, user_ids: Sequence[str] = (), team_name: str | None = None
    ) -> FactPage:
        """Return stored events whose cursor is greater than `after`; of these students, of one team, if named.

        There may be fewer than `limit`: a page fits into one answer. So it is with ViewReader.read_timeline.
        """

    def read_classes(self) -> list[ClassSummary]:
        """Return all classes by name."""


class AttentionStore(Protocol):
    """What teachers do about students."""

    def attend(self, class_id: str, user_id: str, change: "AttentionChange", now: datetime) -> StudentProgress | None:
        """Apply the change as the class's next revision; return the student, None for one who is not known.

        Raises AlreadyClaimed, StoreUnavailable.
        """


class ViewReader(Protocol):
    """What the pages of a dashboard show. Everything raises StoreUnavailable; times are of the events."""

    def read_notebooks(self, class_id: str) -> "list[NotebookLine]":
        """Return the notebooks of a class, the one that most students are in first."""

    def read_grid(self, class_id: str, notebook_path: str) -> "Grid":
        """Return the students' cells of a notebook as they are."""

    def read_grid_at(self, class_id: str, notebook_path: str, start: datetime, at: datetime) -> "Grid":
        """Return the grid that the events of [start, at] give."""

    def read_class_at(self, class_id: str, start: datetime, at: datetime) -> ClassProgress:
        """Return the progress that the events of [start, at] give; names and revisions are today's."""

    def read_errors(
        self,
        class_id: str,
        start: datetime,
        end: datetime,
        notebook_path: str | None = None,
        team_name: str | None = None,
    ) -> "list[ErrorGroup]":
        """Return the errors of [start, end), newest first, at most MOST_ERROR_GROUPS; of one team, if named."""

    def read_pace(
        self, class_id: str, notebook_path: str, start: datetime, end: datetime, team_name: str | None = None
    ) -> "Pace":
        """Return the quartiles for each minute of [start, end), which are whole minutes; of one team, if named."""

    def read_difficulty(
        self,
        class_id: str,
        start: datetime,
        end: datetime,
        notebook_path: str | None = None,
        team_name: str | None = None,
    ) -> "list[CellDifficulty]":
        """Return how the cells that were run in [start, end) went, in the notebooks' order; of one team, if named."""

    def read_timeline(
        self,
        class_id: str,
        user_id: str,
        limit: int,
        before: str | None = None,
        *,
        notebook_path: str | None = None,
        cell_id: str | None = None,
    ) -> "Timeline":
        """Return a student's events, newest first, from those that come before the cursor."""


class SeriesStore(Pingable, Protocol):
    """The time series of a class."""

    def write(self, facts: Sequence[Fact]) -> None:
        """Write points; the same fact again changes nothing. Raises StoreUnavailable, PermanentError."""

    def anonymise(self, facts: Sequence[Fact]) -> None:
        """Let the points of these facts name no student any more. Raises StoreUnavailable."""

    def read_minutes(
        self, class_id: str, start: datetime, end: datetime, only: SeriesFilter = EVERYTHING
    ) -> list[Minute]:
        """Return the minutes of [start, end) in which something happened, oldest first."""


class RecordStore(Protocol):
    """What is kept about students, to be erased or forgotten. Everything raises StoreUnavailable."""

    def facts_of_student(self, class_id: str, user_id: str) -> list[Fact]:
        """Return a student's facts: identity, type, time and notebook of each, and no more."""

    def erase_student(self, class_id: str, user_id: str) -> int:
        """Remove a student with all facts and progress; return how many facts that were."""

    def forget_raw_data(self, before: datetime) -> int:
        """Clear code, output and error messages of what was stored before; return of how many facts."""


class DeadLetterBox(Protocol):
    """The dead letters of one queue. Everything raises QueueUnavailable."""

    def of_student(self, class_id: str, user_id: str) -> list[Event]:
        """Return the student's events among the letters."""

    def remove_student(self, class_id: str, user_id: str) -> int:
        """Take the student's events out of the letters; return how many that were."""


class Connections(Protocol):
    """Which WebSocket connections there are, whose they are, and which class each looks at."""

    def open(self, connection_id: str, entrance: Entrance) -> None:
        """Keep who has opened a connection; it looks at no class yet. Raises StoreUnavailable."""

    def entrance(self, connection_id: str) -> Entrance | None:
        """Return who has opened a connection; None for one that is not known."""

    def add(self, connection_id: str, class_id: str, team_name: str | None = None) -> None:
        """Let a connection look at a class, or at one team of it, and no longer at another."""

    def seen(self, connection_id: str) -> None:
        """Note that the connection has just been heard from."""

    def remove(self, connection_id: str) -> None:
        """Forget a connection; one that is not known is no error."""

    def prune(self, connection_id: str) -> bool:
        """Forget a connection that is gone, unless its handshake may still be under way; return whether."""

    def of_class(self, class_id: str) -> Mapping[str, str | None]:
        """Return the ids of the connections that look at the class, each with its team; None: it sees all."""

    def of_account(self, account_id: int) -> list[str]:
        """Return the ids of the connections that an account has opened."""


class Sockets(Protocol):
    """The way to an open WebSocket connection."""

    def push(self, connection_id: str, texts: Sequence[str]) -> None:
        """Send the texts in order. Raises ConnectionGone, PushFailed."""

    def close(self, connection_id: str) -> None:
        """Close the connection; one that is gone is no error. Raises PushFailed."""


class Announcer(Protocol):
    """Tells whoever listens that facts have been stored; nothing depends on it."""

    def announce(self, facts: Sequence[Fact]) -> None:
        """Raises TransientError when nobody can be told now."""


class RateLimiter(Protocol):
    """How much somebody may send."""

    def seconds_to_wait(self, events_by_sender: Mapping[tuple[str, ...], int]) -> int:
        """Count the events per (class id, user id) or (key id,); return 0 to go on, or the seconds to wait."""


@dataclass(frozen=True)
class Metric:
    """Something that is counted or measured; unit as CloudWatch names it."""

    name: str
    unit: str = "Count"


EVENTS_ACCEPTED = Metric("EventsAccepted")
EVENTS_REJECTED = Metric("EventsRejected")
EVENTS_STORED = Metric("EventsStored")
EVENTS_REPEATED = Metric("EventsRepeated")
DEAD_LETTERS = Metric("DeadLetters")
STORE_DELAY = Metric("StoreDelay", "Milliseconds")
POINTS_WRITTEN = Metric("PointsWritten")
CONNECTIONS_TOLD = Metric("ConnectionsTold")
CONNECTIONS_GONE = Metric("ConnectionsGone")


class Meter(Protocol):
    """Where numbers about the work itself go."""

    def record(self, values: Mapping[Metric, float]) -> None:
        """Add these to what was counted, or to what was measured."""


class Silent:
    """The Meter of who does not want to know."""

    def record(self, values: Mapping[Metric, float]) -> None:
        """See Meter.record."""


class Clock(Protocol):
    """The time."""

    def __call__(self) -> datetime:
        """Return now, in UTC."""


@dataclass(frozen=True)
class StudentToken:
    """What a student's own token says."""

    class_id: str
    user_id: str
    issued_at: datetime
    expires_at: datetime


class Tokens(Protocol):
    """Signed tokens. What does not hold (signature, time, kind) reads as None."""

    def access(self, principal: Principal, now: datetime) -> str:
        """Return a short-lived token of who has signed in; it carries no grants."""

    def read_access(self, token: str, now: datetime) -> Principal | None:
        """Return who has signed in, without grants."""

    def student(self, found: StudentToken) -> str:
        """Return a student's token."""

    def read_student(self, token: str, now: datetime) -> StudentToken | None:
        """Return what a student's token says."""


class Grants(Protocol):
    """What accounts may do."""

    def grants_of(self, account_id: int) -> Mapping[str, Grant] | None:
        """Return class -> grant; None for an account that is not there or disabled. Raises StoreUnavailable."""


@dataclass(frozen=True)
class IngestKey:
    """A class's key. expires_at: Unix time in seconds, None for good."""

    class_id: str
    key_id: int
    expires_at: float | None = None


@dataclass(frozen=True)
class Admission:
    """What ingest asks before it takes a batch: the key, if it is one, and the policies of registered classes."""

    key: IngestKey | None
    policies: Mapping[str, ClassPolicy]


class Directory(Protocol):
    """Keys and policies where ingest finds them while PostgreSQL is away. Everything raises StoreUnavailable."""

    def look_up(self, key_digest: str | None, class_ids: Sequence[str]) -> Admission:
        """Return what is known. Raises StoreUnavailable too when nothing was ever published: nobody is let in then."""

    def publish(self, policies: Sequence[ClassPolicy], keys: Mapping[str, IngestKey]) -> None:
        """Replace all that was published, at once. keys: SHA-256 (hexadecimal) of a key -> the key."""

    def publish_class(self, policy: ClassPolicy, keys: Mapping[str, IngestKey]) -> None:
        """Replace one class's policy and keys, at once."""


class TicketCheck(Protocol):
    """What the door of the WebSocket asks. Everything raises StoreUnavailable."""

    def look(self, ticket: str) -> Entrance | None:
        """Return whose it is; None for one that opens nothing: unknown, used, revoked or too old."""

    def redeem(self, ticket: str) -> bool:
        """Make it worthless; return whether it was still worth something."""


class Tickets(TicketCheck, Protocol):
    """Tickets for the WebSocket: each opens one socket, within seconds. Everything raises StoreUnavailable."""

    def issue(self, entrance: Entrance) -> str:
        """Return a new ticket."""

    def revoke(self, account_id: int) -> None:
        """Let what an account was issued until now open nothing."""


@dataclass(frozen=True)
class RosterEntry:
    """A student of a class's roster; pseudonym: what a pseudonymous class stores instead of the user id."""

    user_id: str
    pseudonym: str
    user_name: str | None
    team_name: str | None
    joined_at: datetime | None


@dataclass(frozen=True)
class Enrolment:
    """A student in a registered class: its title, its policy, and the line of the roster, if there is one."""

    title: str
    policy: ClassPolicy
    roster: RosterEntry | None


class Enrolments(Protocol):
    """What a class has agreed on with a student."""

    def read_enrolment(self, class_id: str, user_id: str) -> Enrolment | None:
        """Return None for a class that is not registered. Raises StoreUnavailable."""


class Registry(Protocol):
    """Where policies and keys are kept for good."""

    def registered(self) -> AbstractContextManager[tuple[Sequence[ClassPolicy], Mapping[str, IngestKey]]]:
        """Hold all policies and, by digest, all keys that open something: none changes meanwhile.

        Raises StoreUnavailable.
        """


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in. email: in lower case. password_hash: None for who signs in elsewhere."""

    account_id: int
    email: str
    name: str
    password_hash: str | None = None
    disabled: bool = False


class Accounts(Protocol):
    """Who can sign in. Everything raises StoreUnavailable."""

    def all(self) -> list[Account]:
        """Return the accounts, by address."""

    def by_email(self, email: str) -> Account | None:
        """Return the account with this address, disabled or not."""

    def by_id(self, account_id: int) -> Account | None:
        """Return the account, disabled or not."""

    def by_subject(self, issuer: str, subject: str) -> Account | None:
        """Return the account that an identity provider knows under this name, disabled or not."""

    def bind(self, account_id: int, issuer: str, subject: str) -> bool:
        """Let the account sign in there from now on; False when it is bound to another name already."""

    def create(self, email: str, name: str, password_hash: str | None) -> Account | None:
        """Return the new account; None when the address is taken."""

    def disable(self, account_id: int) -> None:
        """Let it sign in no more, and end what it is signed in to."""

    def set_password(self, account_id: int, password_hash: str) -> None:
        """Replace its password."""


class RefreshTokens(Protocol):
    """What keeps somebody signed in, as digests. One sign-in is a family. Everything raises StoreUnavailable."""

    def begin(self, account_id: int | None, digest: str, expires_at: datetime) -> None:
        """Start a family; account_id None is the operator."""

    def rotate(self, digest: str, successor: str, expires_at: datetime, now: datetime) -> tuple[int | None] | None:
        """Use a token up and put a successor into its family; return (whose it is,), or None if it is not good.

        One that was used more than REUSE_GRACE ago revokes its family: it has been copied.
        """

    def revoke(self, digest: str, now: datetime) -> None:
        """End the family of a token."""

    def revoke_others(self, account_id: int, kept: str | None, now: datetime) -> None:
        """End all families of an account but that of the token with the digest `kept`."""


class Passwords(Protocol):
    """Passwords as hashes."""

    def hash(self, password: str) -> str:
        """Return what is kept of a password."""

    def verify(self, kept: str | None, password: str) -> bool:
        """Return whether it is the password; takes as long when nothing is kept."""

    def is_outdated(self, kept: str) -> bool:
        """Return whether it was hashed with weaker parameters than today's."""


class Attempts(Protocol):
    """Lock-out. Everything raises StoreUnavailable."""

    def begin(self, email: str, address: str) -> int:
        """Count an attempt; return 0 to go on, or the seconds to wait, for which nothing is counted."""

    def succeeded(self, email: str, address: str) -> None:
        """Take the attempt back, and forget what failed for the email."""


class OneTime(Protocol):
    """What is kept under a secret for a while and can be taken once. Everything raises StoreUnavailable."""

    def put(self, secret: str, value: Mapping[str, Any], seconds: int) -> None:
        """Keep it."""

    def take(self, secret: str) -> Mapping[str, Any] | None:
        """Return it and forget it."""


@dataclass(frozen=True)
class Identity:
    """What an identity provider says about somebody; email: None when it is not verified."""

    issuer: str
    subject: str
    email: str | None


class IdentityProvider(Protocol):
    """OpenID Connect, Authorization Code with PKCE. Everything raises StoreUnavailable."""

    def address(self, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Return where to send the browser."""

    def identify(self, code: str, redirect_uri: str, nonce: str, verifier: str) -> Identity | None:
        """Return who has signed in there; None when the answer does not hold."""


@dataclass(frozen=True)
class RegisteredClass:
    """A class's title and policy."""

    title: str
    policy: ClassPolicy


@dataclass(frozen=True)
class Member:
    """An account with a grant in a class."""

    account_id: int
    email: str
    name: str
    grant: Grant


@dataclass(frozen=True)
class KeptKey:
    """What is kept of a class's key. hint: its last characters."""

    key_id: int
    hint: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class RosterChange:
    """What an import did."""

    added: int
    changed: int
    removed: int


class ClassRegister(Protocol):
    """Registered classes. A change of policy or keys is published, or not made. Everything raises StoreUnavailable."""

    def read(self, class_ids: Sequence[str] | None) -> list[RegisteredClass]:
        """Return these, or all, by class id; those that are not registered are left out."""

    def register(self, found: RegisteredClass, instructor: int | None) -> bool:
        """Return False when it is registered, or has events already and an account asks for it (instructor)."""

    def change(self, class_id: str, changes: Mapping[str, Any]) -> RegisteredClass | None:
        """Set some of title and the policy's fields; None: not registered."""

    def members(self, class_id: str) -> list[Member]:
        """Return who has a grant, by address."""

    def appoint(self, class_id: str, account_id: int, grant: Grant | None) -> bool:
        """Give, change or take (None) a grant; False when no instructor would be left."""

    def keys(self, class_id: str) -> list[KeptKey]:
        """Return the keys, newest first."""

    def add_key(
        self, class_id: str, digest: str, hint: str, expires_at: datetime | None, replaces: tuple[int, datetime] | None
    ) -> KeptKey | None:
        """Add a key; replaces: the key that ends then, at the latest. None: no such class or key."""

    def revoke_key(self, class_id: str, key_id: int, now: datetime) -> bool:
        """Let it open nothing; False: no such key."""

    def roster(self, class_id: str) -> list[RosterEntry]:
        """Return the students, by user id."""

    def replace_roster(self, class_id: str, entries: Sequence[RosterEntry]) -> RosterChange:
        """Make it this; when somebody joined stays."""

    def join(self, class_id: str, entry: RosterEntry) -> bool:
        """Write down that a student has joined; False when this user id has already."""
