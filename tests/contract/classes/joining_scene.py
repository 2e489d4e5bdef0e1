"""A registered class whose students join, on real servers."""

from datetime import UTC, datetime, timedelta

from classpulse.classes.joining import JoinedStudent, Joining
from classpulse.classes.ports import RegisteredClass
from classpulse.classes.postgres import PostgresClassRepository
from classpulse.classes.postgres_enrolments import PostgresEnrolments
from classpulse.classes.postgres_joining import PostgresJoining
from classpulse.classes.postgres_policies import PostgresRegistry
from classpulse.classes.publishing import Publish
from classpulse.classes.rosters import Student
from classpulse.classes.service import Classes
from classpulse.core.errors import NotAdmitted
from classpulse.identity.ending import Disconnect
from classpulse.identity.tokens import JwtTokens
from classpulse.ingest.admission import IngestAuthorizer
from classpulse.ingest.privacy import ClassPolicy
from classpulse.ingest.redis import RedisPolicyCache
from classpulse.progress.postgres import PostgresProgress
from classpulse.progress.postgres_facts import PostgresFacts
from classpulse.records.about_me import AboutMe
from classpulse.records.model import StudentDataExport
from sqlalchemy import Engine

from tests.builders import make_fact
from tests.fakes.identity import MemoryTickets
from tests.fakes.queues import MemoryQueue

PRIVACY_KEY = b"a privacy key of the tests"
TOKENS = JwtTokens(["a-signing-key-of-the-tests-0123456789"])
ADA, BOB = Student("u1", "Ada", "red"), Student("u2", "Bob", "blue")


class Scene:
    """A registered class with a key and the roster u1, u2."""

    def __init__(self, engine: Engine, policy_cache: RedisPolicyCache) -> None:
        # The database's clock decides what has expired, so the tests' clock is close to it.
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.engine, self.policy_cache = engine, policy_cache
        repository = PostgresClassRepository(engine, policy_cache)
        self.updates = MemoryQueue()
        disconnect = Disconnect(MemoryTickets(), self.updates)
        self.classes = Classes(repository, disconnect, self.updates, lambda: self.now, PRIVACY_KEY)
        joining = PostgresJoining(engine, policy_cache)
        self.joining = Joining(joining, repository, TOKENS, policy_cache, self.updates, lambda: self.now, PRIVACY_KEY)
        self.ingest = IngestAuthorizer(
            policy_cache, TOKENS, lambda: self.now, "the-ingest-key", is_open=False, default_class_id="default"
        )
        self.about_me = AboutMe(
            PostgresProgress(engine), PostgresEnrolments(engine), TOKENS, lambda: self.now, PRIVACY_KEY, 90
        )
        self.publish()
        repository.register(RegisteredClass("Python", ClassPolicy(class_id="python-1")), None)
        self.key, stored = self.classes.make_key("python-1", None, None, timedelta())
        self.key_id = stored.key_id
        self.classes.replace_roster("python-1", [ADA, BOB])

    def publish(self) -> None:
        Publish(PostgresRegistry(self.engine), self.policy_cache, lambda: None)()

    def guest(self, name: str | None = None) -> JoinedStudent:
        return self.joining.join(self.key, None, name)

    def code(self, user_id: str, *, keep_tokens: bool = False) -> str:
        [code] = self.joining.personal_codes("python-1", [user_id], 30, keep_tokens=keep_tokens)
        return code.code

    def token(self, user_id: str) -> str:
        [(_, token)] = self.joining.student_tokens("python-1", [user_id], 30, keep_tokens=False)
        return token

    def sends(self, token: str) -> bool:
        """Whether ingest, which reads Redis only, accepts the token; reading about oneself must agree."""
        try:
            self.ingest.authorize(token, is_local=False)
            accepted = True
        except NotAdmitted:
            accepted = False
        assert (self.about_me(token, 0) is not None) is accepted
        return accepted

    def stored(self, user_id: str, mark: str) -> None:
        PostgresFacts(self.engine).store([make_fact("python-1", userId=user_id, eventId=mark, code=mark)])

    def mine(self, token: str) -> StudentDataExport:
        export = self.about_me(token, 0)
        assert export is not None
        return export
