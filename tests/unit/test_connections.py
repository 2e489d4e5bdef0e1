import json

from classpulse.adapters.memory import MemoryConnections, MemoryQueue
from classpulse.domain.updates import UPDATE, Joined
from classpulse.services.connections import Lobby, connect, receive

from tests.builders import NOW

TOKEN = "a-token-of-more-than-20-characters"


def make_lobby() -> tuple[Lobby, MemoryConnections, MemoryQueue]:
    connections, updates = MemoryConnections(), MemoryQueue()
    return Lobby(connections, updates, "default"), connections, updates


def test_the_right_token_opens_the_default_class() -> None:
    lobby, connections, updates = make_lobby()
    assert connect(lobby, "one", TOKEN, TOKEN) == 200
    assert connections.of_class("default") == ["one"]
    assert UPDATE.validate_json(updates.messages[0].body) == Joined(class_id="default", connection_id="one")


def test_no_token_and_a_wrong_one_are_refused_and_leave_no_trace() -> None:
    lobby, connections, updates = make_lobby()
    assert connect(lobby, "one", None, TOKEN) == 401
    assert connect(lobby, "one", "", TOKEN) == 401
    assert connect(lobby, "one", "トークン", TOKEN) == 403
    assert (connections.classes, updates.messages) == ({}, [])


def test_subscribing_moves_the_connection_and_asks_for_what_it_missed() -> None:
    lobby, connections, updates = make_lobby()
    lobby.join("one", None, None)
    text = json.dumps({"action": "subscribe", "classId": "python-1", "since": 17})
    assert receive(lobby, lambda: NOW, "one", text) is None
    assert connections.of_class("default") == []
    assert connections.of_class("python-1") == ["one"]
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
