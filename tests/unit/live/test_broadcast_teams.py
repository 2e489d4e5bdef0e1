"""What dashboards of one team get."""

from classpulse.core.errors import StoreUnavailable
from classpulse.live.broadcast import Broadcast
from classpulse.progress.ports import ClassProgress
from classpulse.progress.updates import Joined

from tests.builders import NOW, inbound, make_fact
from tests.fakes.progress import MemoryStore
from tests.unit.live.scene import Scene


def test_a_dashboard_of_one_team_gets_no_other_students() -> None:
    scene = Scene()
    scene.watch("red", team_name="red")
    scene.watch("all")
    ada = make_fact("python-1", eventId="1", userId="ada", teamName="red", notebookPath="a.ipynb", cellId="c")
    bob = make_fact("python-1", eventId="2", userId="bob", teamName="blue", notebookPath="a.ipynb", cellId="c")
    nobody = make_fact("python-1", eventId="3", userId="eve", notebookPath="a.ipynb", cellId="c")
    assert scene.broadcast([scene.change(ada, bob, nobody)]) == []
    for connection_id, expected in {"red": {"ada"}, "all": {"ada", "bob", "eve"}}.items():
        (progress,) = scene.heard(connection_id)
        assert {cell["userId"] for cell in progress["cells"]} == expected
        assert {student["userId"] for student in progress["students"]} == expected
        # Revisions of other teams would be gaps for this dashboard, which it would request repeatedly.
        assert progress["revisions"] == ([] if connection_id == "red" else [1])
    for since in (None, 0):
        joined = Joined(class_id="python-1", connection_id="red", since=since, team_name="red")
        assert scene.broadcast([inbound(joined.to_json())]) == []
        assert [student["userId"] for student in scene.heard("red")[-1]["students"]] == ["ada"]


def test_a_student_who_changes_teams_leaves_one_dashboard_and_appears_on_the_other() -> None:
    scene = Scene()
    for connection_id, team_name in {"red": "red", "blue": "blue", "green": "green", "all": None}.items():
        scene.watch(connection_id, team_name=team_name)
    scene.broadcast([scene.change(make_fact(userId="ada", teamName="red", second=1), make_fact(userId="bob"))])
    assert scene.broadcast([scene.change(make_fact(userId="ada", teamName="blue", second=2))]) == []
    heard = {name: scene.heard(name)[-1] for name in ("red", "blue", "all")}
    assert {name: message["type"] for name, message in heard.items()} == {
        "red": "snapshot",
        "blue": "snapshot",
        "all": "progress",
    }
    assert scene.heard("green") == []
    listed = {name: [student["userId"] for student in message["students"]] for name, message in heard.items()}
    assert listed == {"red": [], "blue": ["ada"], "all": ["ada"]}


def test_a_dashboard_of_one_team_resumes_with_a_snapshot_without_those_who_left() -> None:
    scene = Scene()
    scene.change(make_fact(userId="ada", teamName="red", second=1))
    scene.change(make_fact(userId="ada", teamName="blue", second=2))
    scene.watch("red", team_name="red")
    resume = Joined(class_id="python-1", connection_id="red", since=1, team_name="red")
    assert scene.broadcast([inbound(resume.to_json())]) == []
    (message,) = scene.heard("red")
    assert (message["type"], message["revision"], message["students"]) == ("snapshot", 2, [])


def test_a_changed_team_waits_for_the_store() -> None:
    class Unreachable(MemoryStore):
        def read_class(self, class_id: str, since: int | None = None) -> ClassProgress:
            raise StoreUnavailable("unreachable")

    scene = Scene()
    scene.watch("red", team_name="red")
    scene.change(make_fact(userId="ada", teamName="red", second=1))
    message = scene.change(make_fact(userId="ada", teamName="blue", second=2))
    store = Unreachable(lambda: NOW)
    broadcast = Broadcast(scene.connections, scene.sockets, store, scene.tickets, lambda: NOW)
    assert broadcast([message]) == [message.message_id]


def test_an_update_of_other_teams_is_not_sent_not_even_empty() -> None:
    scene = Scene()
    scene.watch("red", team_name="red")
    ada = scene.change(make_fact(userId="ada", teamName="red"))
    bob = scene.change(make_fact(userId="bob", teamName="blue"), make_fact(userId="eve"))
    assert scene.broadcast([bob]) == []
    assert (scene.heard("red"), scene.recorded) == ([], [])
    scene.watch("all")
    assert scene.broadcast([bob, ada]) == []
    (progress,) = scene.heard("red")
    assert (progress["revision"], progress["revisions"]) == (1, [])
    assert [message["revisions"] for message in scene.heard("all")] == [[1, 2]]
    assert scene.recorded == [{"ConnectionsTold": 2}]
