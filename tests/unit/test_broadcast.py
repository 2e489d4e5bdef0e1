import json
from collections.abc import Sequence
from typing import Any

from classpulse.adapters.memory import MemoryConnections, MemorySockets, MemoryStore
from classpulse.domain.batches import Fact
from classpulse.domain.updates import Changed, Joined
from classpulse.errors import PushFailed, StoreUnavailable
from classpulse.ports import ClassProgress, InboundMessage
from classpulse.services.broadcast import Broadcast

from tests.builders import NOW, inbound, make_fact


class Scene:
    """A broadcast service over memory."""

    def __init__(self) -> None:
        self.store = MemoryStore(lambda: NOW)
        self.connections, self.sockets = MemoryConnections(), MemorySockets()
        self.slept: list[float] = []
        self.broadcast = Broadcast(self.connections, self.sockets, self.store, lambda: NOW, self.slept.append)

    def watch(self, connection_id: str, class_id: str = "python-1") -> None:
        self.connections.add(connection_id, class_id)
        self.sockets.open(connection_id)

    def change(self, *facts: Fact) -> InboundMessage:
        (stored,) = self.store.store(facts)
        changed = Changed(class_id=stored.class_id, revision=stored.revision, students=stored.students)
        return inbound(changed.to_json())

    def heard(self, connection_id: str) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self.sockets.received[connection_id]]


def joined(connection_id: str = "one", since: int | None = None) -> InboundMessage:
    return inbound(Joined(class_id="python-1", connection_id=connection_id, since=since).to_json())


def test_all_of_the_class_and_nobody_else_is_told() -> None:
    scene = Scene()
    scene.watch("one")
    scene.watch("two")
    scene.watch("elsewhere", "python-2")
    assert scene.broadcast([scene.change(make_fact(userId="ada"))]) == []
    (message,) = scene.heard("one")
    assert (message["type"], message["revision"], message["revisions"]) == ("progress", 1, [1])
    assert [student["userId"] for student in message["students"]] == ["ada"]
    assert scene.heard("two") == [message]
    assert scene.heard("elsewhere") == []


def test_updates_of_one_invocation_are_told_once_each_student_at_its_newest() -> None:
    scene = Scene()
    scene.watch("one")
    first, second = scene.change(make_fact(second=1)), scene.change(make_fact(second=2))
    scene.broadcast([second, first])
    (message,) = scene.heard("one")
    assert message["revisions"] == [1, 2]
    assert [student["events"] for student in message["students"]] == [2]


def test_the_gone_connection_is_pruned_and_the_others_told() -> None:
    scene = Scene()
    scene.connections.add("gone", "python-1")
    scene.watch("one")
    assert scene.broadcast([scene.change(make_fact())]) == []
    assert scene.connections.of_class("python-1") == ["one"]
    assert len(scene.heard("one")) == 1


def test_a_push_that_fails_is_tried_again() -> None:
    class Failing(MemorySockets):
        def push(self, connection_id: str, texts: Sequence[str]) -> None:
            raise PushFailed("busy")

    scene = Scene()
    scene.watch("one")
    message = scene.change(make_fact())
    assert Broadcast(scene.connections, Failing(), scene.store, lambda: NOW)([message]) == [message.message_id]
    assert scene.connections.of_class("python-1") == ["one"]


def test_a_newcomer_gets_the_snapshot_and_a_returner_what_came_after() -> None:
    scene = Scene()
    scene.watch("one")
    scene.change(make_fact(userId="ada"))
    scene.change(make_fact(userId="bob"))
    assert scene.broadcast([joined(), joined(since=1)]) == []
    snapshot, resume = scene.heard("one")
    assert (snapshot["type"], snapshot["revision"]) == ("snapshot", 2)
    assert {student["userId"] for student in snapshot["students"]} == {"ada", "bob"}
    assert (resume["type"], resume["since"], resume["revision"]) == ("progress", 1, 2)
    assert [student["userId"] for student in resume["students"]] == ["bob"]


def test_a_returner_from_the_future_starts_afresh() -> None:
    scene = Scene()
    scene.watch("one")
    scene.broadcast([joined(since=99)])
    assert [message["type"] for message in scene.heard("one")] == ["snapshot"]


def test_a_connection_that_is_still_opening_is_waited_for() -> None:
    scene = Scene()
    scene.connections.add("one", "python-1")
    scene.connections.opening.add("one")

    def sleep(_seconds: float) -> None:
        scene.sockets.open("one")

    Broadcast(scene.connections, scene.sockets, scene.store, lambda: NOW, sleep)([joined()])
    assert [message["type"] for message in scene.heard("one")] == ["snapshot"]
    assert scene.connections.of_class("python-1") == ["one"]


def test_one_that_never_opens_is_tried_again_later() -> None:
    scene = Scene()
    scene.connections.opening.add("one")
    message = joined()
    assert scene.broadcast([message]) == [message.message_id]
    assert len(scene.slept) == 5


def test_a_store_that_is_away_holds_up_newcomers_only() -> None:
    class Away(MemoryStore):
        def read_class(self, class_id: str, since: int | None = None) -> ClassProgress:
            raise StoreUnavailable("away")

    scene = Scene()
    scene.watch("one")
    change, newcomer = scene.change(make_fact()), joined()
    broadcast = Broadcast(scene.connections, scene.sockets, Away(lambda: NOW), lambda: NOW)
    assert broadcast([change, newcomer]) == [newcomer.message_id]
    assert len(scene.heard("one")) == 1


def test_a_message_that_is_no_update_is_left_to_the_redrive_policy() -> None:
    message = inbound("{}")
    assert Scene().broadcast([message]) == [message.message_id]
