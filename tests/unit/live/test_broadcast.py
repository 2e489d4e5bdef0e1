from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from classpulse.core.errors import PushFailed, StoreUnavailable
from classpulse.identity.model import SignIn, SocketIdentity
from classpulse.live.broadcast import Broadcast
from classpulse.progress.ports import ClassProgress
from classpulse.progress.updates import Revoked

from tests.builders import NOW, inbound, make_fact
from tests.fakes.live import MemorySockets
from tests.fakes.progress import MemoryStore
from tests.unit.live.scene import Scene, joined


def test_an_update_reaches_every_dashboard_of_the_class_and_no_other() -> None:
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
    assert scene.recorded == [{"ConnectionsTold": 2}]


def test_a_class_without_dashboards_gets_no_pushes() -> None:
    scene = Scene()
    scene.watch("elsewhere", "python-2")
    assert scene.broadcast([scene.change(make_fact(userId="ada"))]) == []
    assert (scene.heard("elsewhere"), scene.recorded) == ([], [])


def test_the_cells_of_a_revision_come_with_it_each_at_its_newest() -> None:
    scene = Scene()
    scene.watch("one")
    first = scene.change(make_fact(second=1, hasError=True), make_fact(second=1, userId="bob"))
    second = scene.change(make_fact(second=2))
    help_only = scene.change(make_fact(second=3, eventType="help"))
    scene.broadcast([second, help_only, first])
    (progress,) = scene.heard("one")
    assert (progress["type"], progress["revisions"]) == ("progress", [1, 2, 3])
    assert {(cell["userId"], cell["cellId"]): (cell["revision"], cell["status"]) for cell in progress["cells"]} == {
        ("ada", "c1"): (2, "ok"),
        ("bob", "c1"): (1, "ok"),
    }


def test_cells_stay_under_the_frame_limit() -> None:
    scene = Scene()
    scene.watch("one")
    scene.broadcast([scene.change(*(make_fact(notebookPath="n" * 500, cellId=f"c{number}") for number in range(90)))])
    parts = scene.heard("one")
    assert [message["part"] for message in parts] == list(range(1, parts[0]["parts"] + 1))
    assert len(parts) > 1
    assert sum(len(message["cells"]) for message in parts) == 90
    assert sum(len(message["students"]) for message in parts) == 1
    assert all(message["revisions"] == [1] for message in parts)
    assert all(len(text.encode()) < 32 * 1024 for text in scene.sockets.received["one"])


def test_updates_of_one_invocation_are_merged_with_each_student_at_its_newest() -> None:
    scene = Scene()
    scene.watch("one")
    first, second = scene.change(make_fact(second=1)), scene.change(make_fact(second=2))
    scene.broadcast([second, first])
    (message,) = scene.heard("one")
    assert message["revisions"] == [1, 2]
    assert [student["events"] for student in message["students"]] == [2]


def test_a_gone_connection_is_removed_and_the_others_are_notified() -> None:
    scene = Scene()
    scene.connections.add("gone", "python-1")
    scene.watch("one")
    assert scene.broadcast([scene.change(make_fact())]) == []
    assert scene.connections.of_class("python-1") == {"one": None}
    assert len(scene.heard("one")) == 1


def test_a_failed_push_is_retried() -> None:
    class Failing(MemorySockets):
        def push(self, connection_id: str, texts: Sequence[str]) -> None:
            raise PushFailed("busy")

    scene = Scene()
    scene.watch("one")
    message = scene.change(make_fact())
    broadcast = Broadcast(scene.connections, Failing(), scene.store, scene.tickets, lambda: NOW)
    assert broadcast([message]) == [message.message_id]
    assert scene.connections.of_class("python-1") == {"one": None}


def test_a_new_dashboard_gets_a_snapshot_and_a_resuming_one_the_later_changes() -> None:
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


def test_a_resume_beyond_the_newest_revision_gets_a_snapshot() -> None:
    scene = Scene()
    scene.watch("one")
    scene.broadcast([joined(since=99)])
    assert [message["type"] for message in scene.heard("one")] == ["snapshot"]


def test_the_snapshot_waits_for_a_connection_that_is_still_opening() -> None:
    scene = Scene()
    scene.connections.add("one", "python-1")
    scene.connections.opening.add("one")

    def sleep(_seconds: float) -> None:
        scene.sockets.open("one")

    Broadcast(scene.connections, scene.sockets, scene.store, scene.tickets, lambda: NOW, sleep=sleep)([joined()])
    assert [message["type"] for message in scene.heard("one")] == ["snapshot"]
    assert scene.connections.of_class("python-1") == {"one": None}


def test_a_connection_that_does_not_open_is_retried_later() -> None:
    scene = Scene()
    scene.connections.opening.add("one")
    message = joined()
    assert scene.broadcast([message]) == [message.message_id]
    assert len(scene.slept) == 5


def test_an_unavailable_store_delays_new_dashboards_only() -> None:
    class Unreachable(MemoryStore):
        def read_class(self, class_id: str, since: int | None = None) -> ClassProgress:
            raise StoreUnavailable("unreachable")

    scene = Scene()
    scene.watch("one")
    change, newcomer = scene.change(make_fact()), joined()
    broadcast = Broadcast(scene.connections, scene.sockets, Unreachable(lambda: NOW), scene.tickets, lambda: NOW)
    assert broadcast([change, newcomer]) == [newcomer.message_id]
    assert len(scene.heard("one")) == 1


def test_a_message_that_is_no_update_is_left_to_the_redrive_policy() -> None:
    message = inbound("{}")
    assert Scene().broadcast([message]) == [message.message_id]


def test_revoking_an_account_closes_its_sockets_and_voids_its_tickets() -> None:
    scene = Scene()
    ada, bob = SocketIdentity(7, "Ada", {}), SocketIdentity(8, "Bob", {})
    for connection_id, identity in {"one": ada, "two": ada, "three": bob}.items():
        scene.connections.open(connection_id, identity)
        scene.watch(connection_id)
    ticket = scene.tickets.issue(ada)
    assert scene.broadcast([inbound(Revoked(account_id=7).to_json())]) == []
    assert list(scene.sockets.received) == ["three"]
    assert (scene.connections.of_account(7), list(scene.connections.of_class("python-1"))) == ([], ["three"])
    assert scene.tickets.look(ticket) is None


@pytest.mark.parametrize("account_id", [7, None])
@pytest.mark.parametrize(
    ("change", "closed"),
    [
        ({"sign_in": "laptop"}, {"laptop"}),
        ({"kept": "laptop"}, {"phone", "none"}),
        ({}, {"laptop", "phone", "none"}),
    ],
)
def test_the_sockets_of_one_sign_in_or_of_all_others_are_closed(
    account_id: int | None, change: dict[str, Any], closed: set[str]
) -> None:
    scene = Scene()
    ends_at = datetime(2100, 1, 1, tzinfo=UTC)
    for name in ("laptop", "phone", "none"):
        sign_in = None if name == "none" else SignIn(name, ends_at)
        scene.connections.open(name, SocketIdentity(account_id, "Ada", {}, sign_in))
        scene.watch(name)
    scene.connections.open("other", SocketIdentity(8, "Bob", {}, SignIn("laptop", ends_at)))
    scene.watch("other")
    assert scene.broadcast([inbound(Revoked(account_id=account_id, **change).to_json())]) == []
    assert {"laptop", "phone", "none", "other"} - set(scene.sockets.received) == closed


def test_a_failed_close_of_a_socket_is_retried() -> None:
    scene = Scene()
    scene.connections.open("one", SocketIdentity(7, "Ada", {}))

    class Stubborn(MemorySockets):
        def close(self, connection_id: str) -> None:
            raise PushFailed("unreachable")

    broadcast = Broadcast(scene.connections, Stubborn(), scene.store, scene.tickets, lambda: NOW)
    message = inbound(Revoked(account_id=7).to_json())
    assert broadcast([message]) == [message.message_id]
    assert scene.connections.of_account(7) == ["one"]
