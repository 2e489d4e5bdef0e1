import json

from classpulse.adapters.memory import MemoryConnections, MemoryQueue
from classpulse.adapters.memory_access import MemoryTickets
from classpulse.adapters.standing_ticket import StandingTicket
from classpulse.domain.identity import Entrance, Grant, Role
from classpulse.domain.updates import UPDATE, Joined
from classpulse.services.connections import NO_SUCH_CLASS, NOT_KNOWN, Lobby, connect, receive

from tests.builders import NOW

OPERATOR = Entrance(None, "operator", None)
ADA = Entrance(7, "Ada", {"python-1": Grant(Role.ASSISTANT, "red")})


def make_lobby() -> tuple[Lobby, MemoryConnections, MemoryQueue]:
    connections, updates = MemoryConnections(), MemoryQueue()
    return Lobby(connections, updates, "default"), connections, updates


def joined(updates: MemoryQueue) -> list[object]:
    return [UPDATE.validate_json(message.body) for message in updates.messages]


def subscribe(class_id: str | None = None) -> str:
    return json.dumps({"action": "subscribe", "classId": class_id})


def test_a_ticket_opens_the_default_class_to_who_may_see_it_once() -> None:
    lobby, connections, updates = make_lobby()
    tickets = MemoryTickets()
    ticket = tickets.issue(OPERATOR)
    assert connect(lobby, tickets, "one", ticket) == 200
    assert connections.of_class("default") == {"one": None}
    assert joined(updates) == [Joined(class_id="default", connection_id="one")]
    assert connect(lobby, tickets, "two", ticket) == 403


def test_a_standing_ticket_opens_any_number_of_sockets_and_the_others_one() -> None:
    lobby, connections, _ = make_lobby()
    tickets = MemoryTickets()
    check = StandingTicket("a-standing-ticket-of-a-script", tickets)
    ticket = tickets.issue(ADA)
    found = {name: connect(lobby, check, name, "a-standing-ticket-of-a-script") for name in ("one", "two")}
    found |= {name: connect(lobby, check, name, ticket) for name in ("three", "four")}
    found |= {"five": connect(lobby, check, "five", "トークン")}
    assert found == {"one": 200, "two": 200, "three": 200, "four": 403, "five": 403}
    assert connections.entrances == {"one": OPERATOR, "two": OPERATOR, "three": ADA}


def test_who_is_revoked_during_the_handshake_is_not_let_in() -> None:
    updates, tickets = MemoryQueue(), MemoryTickets()
    ticket = tickets.issue(ADA)

    class Meanwhile(MemoryConnections):
        def open(self, connection_id: str, entrance: Entrance) -> None:
            super().open(connection_id, entrance)
            tickets.revoke(7)

    connections = Meanwhile()
    assert connect(Lobby(connections, updates, "python-1"), tickets, "one", ticket) == 403
    assert (connections.entrances, connections.classes, updates.messages) == ({}, {}, [])


def test_who_may_not_see_the_default_class_is_let_in_and_sees_nothing_yet() -> None:
    lobby, connections, updates = make_lobby()
    tickets = MemoryTickets()
    assert connect(lobby, tickets, "one", tickets.issue(ADA)) == 200
    assert (connections.entrance("one"), connections.classes, updates.messages) == (ADA, {}, [])


def test_a_class_of_others_looks_like_one_that_is_not_there() -> None:
    lobby, connections, updates = make_lobby()
    connections.open("one", ADA)
    answers = {receive(lobby, lambda: NOW, "one", subscribe(class_id)) for class_id in ("python-2", "nowhere", None)}
    assert [json.loads(answer or "") for answer in answers] == [{"type": "error", "error": NO_SUCH_CLASS}]
    assert (connections.classes, updates.messages) == ({}, [])


def test_an_assistant_of_a_team_joins_its_team() -> None:
    lobby, connections, updates = make_lobby()
    connections.open("one", ADA)
    assert receive(lobby, lambda: NOW, "one", subscribe("python-1")) is None
    assert connections.of_class("python-1") == {"one": "red"}
    assert joined(updates) == [Joined(class_id="python-1", connection_id="one", team_name="red")]


def test_a_connection_that_nobody_opened_may_not_subscribe() -> None:
    lobby, connections, _ = make_lobby()
    assert json.loads(receive(lobby, lambda: NOW, "one", subscribe("default")) or "")["error"] == NOT_KNOWN
    assert connections.classes == {}


def test_no_token_and_a_wrong_one_are_refused_and_leave_no_trace() -> None:
    lobby, connections, updates = make_lobby()
    assert connect(lobby, MemoryTickets(), "one", None) == 401
    assert connect(lobby, MemoryTickets(), "one", "") == 401
    assert connect(lobby, MemoryTickets(), "one", "トークン") == 403
    assert (connections.classes, updates.messages) == ({}, [])


def test_subscribing_moves_the_connection_and_asks_for_what_it_missed() -> None:
    lobby, connections, updates = make_lobby()
    connections.open("one", OPERATOR)
    assert receive(lobby, lambda: NOW, "one", subscribe()) is None
    text = json.dumps({"action": "subscribe", "classId": "python-1", "since": 17})
    assert receive(lobby, lambda: NOW, "one", text) is None
    assert connections.of_class("default") == {}
    assert connections.of_class("python-1") == {"one": None}
    asked = UPDATE.validate_json(updates.messages[-1].body)
    assert asked == Joined(class_id="python-1", connection_id="one", since=17)


def test_a_ping_is_answered_at_once() -> None:
    lobby, _, updates = make_lobby()
    answer = receive(lobby, lambda: NOW, "one", '{"action": "ping"}')
    assert json.loads(answer or "") == {"type": "pong", "serverTime": "2026-04-01T09:00:00Z"}
    assert updates.messages == []


def test_anything_else_is_answered_with_a_fixed_text() -> None:
    lobby, connections, updates = make_lobby()
    for text in ("", "hello", "[]", "{}", '{"action": "drop"}', '{"action": "subscribe", "since": -1}'):
        answer = json.loads(receive(lobby, lambda: NOW, "one", text) or "")
        assert answer["type"] == "error"
        assert "subscribe" in answer["error"]
    assert (connections.classes, updates.messages) == ({}, [])
