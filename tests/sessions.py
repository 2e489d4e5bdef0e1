"""The services of sessions over real stores, with a clock that the test moves."""

from dataclasses import replace
from datetime import UTC, datetime

from argon2 import PasswordHasher
from classpulse.core.errors import NotSignedIn
from classpulse.core.redis import make_redis
from classpulse.identity.access import Access, operator_key
from classpulse.identity.accounts import ManagedAccounts
from classpulse.identity.ending import Disconnect, Endings
from classpulse.identity.model import Principal
from classpulse.identity.passwords import Argon2Passwords
from classpulse.identity.postgres import PostgresAccounts
from classpulse.identity.postgres_grants import PostgresGrants
from classpulse.identity.postgres_sign_ins import PostgresSignIns
from classpulse.identity.redis import (
    RedisAttempts,
    RedisOneTime,
)
from classpulse.identity.service import Sessions, SignedIn
from classpulse.identity.strength import ZxcvbnStrength
from classpulse.identity.tokens import JwtTokens, Successors
from classpulse.live.redis_tickets import RedisTickets
from classpulse.progress.updates import UPDATE
from sqlalchemy import Engine

from tests.fakes.queues import MemoryQueue

TOKEN, ROTATED = "the-operators-token-of-the-tests", "the-operators-next-token-of-the-tests"
KEYS = ["a-signing-key-of-the-tests-0123456789"]
EMAIL, PASSWORD, NEW_PASSWORD = "ada@example.org", "correct horse battery", "an even better password"
HOME, AWAY = "192.0.2.1", "198.51.100.1"


class Scene:
    """The services over real stores, with a clock that the test moves."""

    def __init__(self, engine: Engine, redis_url: str) -> None:
        self.now = datetime.now(UTC)
        self.redis = make_redis(redis_url)
        self.updates = MemoryQueue()
        self.tickets = RedisTickets(self.redis)
        self.engine = engine
        accounts, tokens = PostgresAccounts(engine), JwtTokens(KEYS)
        passwords = Argon2Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        strength = ZxcvbnStrength()
        self.disconnect = Disconnect(self.tickets, self.updates)
        endings = Endings(PostgresSignIns(engine, Successors(KEYS)), self.disconnect, self.clock)
        self.accounts = ManagedAccounts(accounts, passwords, strength, endings)
        self.sessions = Sessions(
            accounts,
            endings.sign_ins,
            tokens,
            tokens,
            passwords,
            strength,
            RedisAttempts(self.redis),
            links=RedisOneTime(self.redis, "link"),
            flows=RedisOneTime(self.redis, "oidc"),
            tickets=self.tickets,
            endings=endings,
            clock=self.clock,
            operator_key=operator_key(TOKEN),
        )
        self.accounts.create(EMAIL, "Ada", PASSWORD, may_create_classes=False)

    def clock(self) -> datetime:
        return self.now

    def sign_in(self, password: str = PASSWORD, address: str = HOME, device: str | None = None) -> SignedIn:
        return self.sessions.by_password(EMAIL, password, address, device)

    def caller(self, signed_in: SignedIn, instructor_token: str = TOKEN) -> Principal | None:
        grants = PostgresGrants(self.engine)
        return Access(instructor_token, JwtTokens(KEYS), grants, self.clock).principal(signed_in.access)

    def signed_in(self, signed_in: SignedIn) -> Principal:
        principal = self.caller(signed_in)
        assert principal is not None
        return principal

    def works(self, link: str, sessions: Sessions | None = None) -> bool:
        try:
            (sessions or self.sessions).by_link(link)
        except NotSignedIn:
            return False
        return True

    def revocations(self) -> list[object]:
        return [UPDATE.validate_json(message.body) for message in self.updates.messages]

    def rotated(self) -> Sessions:
        return replace(self.sessions, operator_key=operator_key(ROTATED))
