import json

from classpulse.identity.model import Grant, Role, SocketIdentity
from classpulse.live.standing_ticket import StandingTicket
from classpulse.live.subscriptions import CLASS_UNAVAILABLE, CONNECTION_UNKNOWN, Subscriptions, connect, receive
from classpulse.progress.updates import UPDATE, Joined

from tests.builders import NOW
from tests.fakes.identity import MemoryTickets
from tests.fakes.live import MemoryConnections
from tests.fakes.queues import MemoryQueue

OPERATOR = SocketIdentity(None, "operator", None)
ADA = SocketIdentity(7, "Ada", {"python-1": Grant(Role.ASSISTANT, "red")})


def make_subscriptions() -> tuple[Subscriptions, MemoryConnections, MemoryQueue]:
    connections, updates = MemoryConnections(), MemoryQueue()
    return Subscriptions(connections, updates, "default"), connections, updates


def joined(updates: MemoryQueue) -> list[object]:
    return [UPDATE.validate_json(message.body) for message in updates.messages]


def subscribe(class_id: str | None = None) -> str:
    return json.dumps({"action": "subscribe", "classId": class_id})


def test_a_ticket_opens_the_default_class_once_for_its_members() -> None:
    subscriptions, connections, updates = make_subscriptions()
    tickets = MemoryTickets()
    ticket = tickets.issue(OPERATOR)
    assert connect(subscriptions, tickets, "one", ticket) == 200
    assert connections.of_class("default") == {"one": None}
    assert joined(updates) == [Joined(class_id="default", connection_id="one")]
    assert connect(subscriptions, tickets, "two", ticket) == 403


def test_a_standing_ticket_opens_any_number_of_sockets_and_the_others_one() -> None:
    subscriptions, connections, _ = make_subscriptions()
    tickets = MemoryTickets()
    check = StandingTicket("a-standing-ticket-of-a-script", tickets)
    ticket = tickets.issue(ADA)
    found = {name: connect(subscriptions, check, name, "a-standing-ticket-of-a-script") for name in ("one", "two")}
    found |= {name: connect(subscriptions, check, name, ticket) for name in ("three", "four")}
    found |= {"five": connect(subscriptions, check, "five", "トークン")}
    assert found == {"one": 200, "two": 200, "three": 200, "four": 403, "five": 403}
    assert connections.identities == {"one": OPERATOR, "two": OPERATOR, "three": ADA}


def test_an_identity_revoked_during_the_handshake_is_refused() -> None:
    updates, tickets = MemoryQueue(), MemoryTickets()
    ticket = tickets.issue(ADA)

    class Meanwhile(MemoryConnections):
        def open(self, connection_id: str, identity: SocketIdentity) -> None:
            super().open(connection_id, identity)
            tickets.revoke(7)

    connections = Meanwhile()
    assert connect(Subscriptions(connections, updates, "python-1"), tickets, "one", ticket) == 403
    assert (connections.identities, connections.classes, updates.messages) == ({}, {}, [])


def test_an_identity_without_the_default_class_connects_and_joins_no_class() -> None:
    subscriptions, connections, updates = make_subscriptions()
    tickets = MemoryTickets()
    assert connect(subscriptions, tickets, "one", tickets.issue(ADA)) == 200
    assert (connections.identity("one"), connections.classes, updates.messages) == (ADA, {}, [])


def test_subscribing_to_a_class_of_others_answers_like_a_class_that_does_not_exist() -> None:
    subscriptions, connections, updates = make_subscriptions()
    connections.open("one", ADA)
    answers = {
        receive(subscriptions, lambda: NOW, "one", subscribe(class_id)) for class_id in ("python-2", "nowhere", None)
    }
    assert [json.loads(answer or "") for answer in answers] == [
        {"type": "error", "error": CLASS_UNAVAILABLE.error, "code": "class_unavailable"}
    ]
    assert (connections.classes, updates.messages) == ({}, [])


def test_an_assistant_of_a_team_joins_its_team() -> None:
    subscriptions, connections, updates = make_subscriptions()
    connections.open("one", ADA)
    assert receive(subscriptions, lambda: NOW, "one", subscribe("python-1")) is None
    assert connections.of_class("python-1") == {"one": "red"}
    assert joined(updates) == [Joined(class_id="python-1", connection_id="one", team_name="red")]


def test_an_unknown_connection_cannot_subscribe() -> None:
    subscriptions, connections, _ = make_subscriptions()
    assert (
        json.loads(receive(subscriptions, lambda: NOW, "one", subscribe("default")) or "")["code"]
        == CONNECTION_UNKNOWN.code
    )
    assert connections.classes == {}


def test_a_missing_or_wrong_token_is_refused_and_stores_nothing() -> None:
    subscriptions, connections, updates = make_subscriptions()
    assert connect(subscriptions, MemoryTickets(), "one", None) == 401
    assert connect(subscriptions, MemoryTickets(), "one", "") == 401
    assert connect(subscriptions, MemoryTickets(), "one", "トークン") == 403
    assert (connections.classes, updates.messages) == ({}, [])


def test_subscribing_moves_the_connection_and_requests_missed_changes() -> None:
    subscriptions, connections, updates = make_subscriptions()
    connections.open("one", OPERATOR)
    assert receive(subscriptions, lambda: NOW, "one", subscribe()) is None
    text = json.dumps({"action": "subscribe", "classId": "python-1", "since": 17})
    assert receive(subscriptions, lambda: NOW, "one", text) is None
    assert connections.of_class("default") == {}
    assert connections.of_class("python-1") == {"one": None}
    asked = UPDATE.validate_json(updates.messages[-1].body)
    assert asked == Joined(class_id="python-1", connection_id="one", since=17)


def test_a_ping_is_answered_at_once() -> None:
    subscriptions, _, updates = make_subscriptions()
    answer = receive(subscriptions, lambda: NOW, "one", '{"action": "ping"}')
    assert json.loads(answer or "") == {"type": "pong", "serverTime": "2026-04-01T09:00:00Z"}
    assert updates.messages == []


def test_any_other_message_is_answered_with_a_fixed_text() -> None:
    subscriptions, connections, updates = make_subscriptions()
    for text in ("", "hello", "[]", "{}", '{"action": "drop"}', '{"action": "subscribe", "since": -1}'):
        answer = json.loads(receive(subscriptions, lambda: NOW, "one", text) or "")
        assert answer["type"] == "error"
        assert "subscribe" in answer["error"]
    assert (connections.classes, updates.messages) == ({}, [])
