"""The Tickets and TicketCheck ports, in memory and on Redis."""

from datetime import UTC, datetime
from typing import Protocol

import pytest
import redis
from classpulse.core.errors import StoreUnavailable
from classpulse.core.redis import make_redis
from classpulse.identity.model import Grant, Role, SignIn, SocketIdentity
from classpulse.identity.ports import TICKET_SECONDS, Tickets
from classpulse.live.ports import TicketCheck
from classpulse.live.redis_tickets import RedisTickets

from tests.fakes.identity import MemoryTickets

pytestmark = pytest.mark.on_both_installations

ADA = SocketIdentity(7, "Ada", {"python-1": Grant(Role.ASSISTANT, "red"), "python-2": Grant(Role.INSTRUCTOR)})


class Both(Tickets, TicketCheck, Protocol):
    """The port that issues tickets and the one that checks them."""


@pytest.fixture
def client(redis_url: str) -> redis.Redis:
    return make_redis(redis_url)


@pytest.fixture(params=["memory", "redis"])
def tickets(request: pytest.FixtureRequest) -> Both:
    return MemoryTickets() if request.param == "memory" else RedisTickets(request.getfixturevalue("client"))


def test_a_ticket_opens_one_socket(tickets: Both) -> None:
    ticket = tickets.issue(ADA)
    assert len(ticket) >= 40
    assert (tickets.look("unknown"), tickets.redeem("unknown")) == (None, False)
    assert (tickets.look(ticket), tickets.look(ticket)) == (ADA, ADA)
    assert tickets.redeem(ticket)
    assert not tickets.redeem(ticket)
    assert tickets.look(ticket) is None


def test_the_operator_has_no_list_of_classes(tickets: Both) -> None:
    operator = SocketIdentity(None, "operator", None)
    found = tickets.look(tickets.issue(operator))
    assert found == operator
    assert found is not None
    assert found.grant("any") == Grant(Role.INSTRUCTOR)


def test_revoked_tickets_open_nothing_and_later_ones_do(tickets: Both) -> None:
    ticket, others = tickets.issue(ADA), tickets.issue(SocketIdentity(8, "Bob", {}))
    tickets.revoke(7)
    assert tickets.look(ticket) is None
    assert not tickets.redeem(ticket)
    assert tickets.redeem(others)
    assert tickets.look(tickets.issue(ADA)) == ADA


@pytest.mark.parametrize("account_id", [7, None])
def test_the_tickets_of_one_sign_in_can_be_revoked(tickets: Both, account_id: int | None) -> None:
    laptop, phone = (
        tickets.issue(SocketIdentity(account_id, "Ada", {}, SignIn(name, datetime(2100, 1, 1, tzinfo=UTC))))
        for name in ("laptop", "phone")
    )
    tickets.revoke(account_id, "laptop")
    assert (tickets.look(laptop), tickets.redeem(laptop)) == (None, False)
    assert tickets.look(phone) is not None
    tickets.revoke(account_id)
    assert not tickets.redeem(phone)


def test_a_ticket_ends_with_its_sign_in(tickets: Both) -> None:
    ticket = tickets.issue(SocketIdentity(7, "Ada", {}, SignIn("phone", datetime(2020, 1, 1, tzinfo=UTC))))
    assert (tickets.look(ticket), tickets.redeem(ticket)) == (None, False)


def test_a_ticket_expires_and_redis_does_not_know_it(client: redis.Redis) -> None:
    ticket = RedisTickets(client).issue(ADA)
    (key,) = client.keys("ticket:*")
    assert ticket not in key
    assert 0 < client.ttl(key) <= TICKET_SECONDS


def test_without_redis_a_ticket_opens_nothing(unused_port: int) -> None:
    with pytest.raises(StoreUnavailable):
        RedisTickets(make_redis(f"redis://127.0.0.1:{unused_port}/0")).redeem("ticket")
