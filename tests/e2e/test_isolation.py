"""No endpoint and no message of the running system reveals a class to members of another."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from tests.e2e.stack import PATIENCE_SECONDS, Stack, event, eventually, running

# A marker in all data of the class of others.
MARK = "of-algebra"
ROLES: dict[str, dict[str, str] | None] = {
    "nobody": None,
    "instructor": {"role": "instructor"},
    "co-instructor": {"role": "co-instructor"},
    "assistant": {"role": "assistant"},
    "team-assistant": {"role": "assistant", "teamName": "red"},
}
PARAMETERS = {"userId": f"ada-{MARK}", "notebook": f"{MARK}.ipynb", "email": f"owner-{MARK}@example.org", "keyId": "1"}
LINES = {"of-algebra": "red", "of-biology": "red", "of-team-red": "red", "of-team-blue": "blue"}
# The same students in each class. Sending it again changes nothing, so it notifies no dashboard.
ROSTER = "userId,userName,teamName\n" + "".join(f"ada-{mark},name-{mark},{team}\n" for mark, team in LINES.items())
# (method, path below the class) -> a valid body.
BODIES: dict[tuple[str, str], Any] = {
    ("post", "/students/{userId}/attention"): {"action": "claim", "by": "Eve"},
    ("patch", ""): {"title": "Mine"},
    ("put", "/members/{email}"): {"role": "instructor"},
    ("post", "/keys"): {},
    ("put", "/roster"): {"csv": ROSTER},
    ("post", "/student-tokens"): {"userIds": [f"ada-{MARK}"]},
    ("post", "/personal-codes"): {},
    ("put", "/guests/{userId}"): {"rosterUserId": f"ada-{MARK}"},
}
OPERATORS = ("/api/v1/manage/accounts", "/api/v1/manage/audit", "/api/v1/manage/retention")
# The operations that each role of a class lacks; it may do all others.
FORBIDDEN = {
    "instructor": set[tuple[str, str]](),
    "co-instructor": {("put", "/members/{email}"), ("delete", "/members/{email}"), ("get", "/audit")},
}
FORBIDDEN["assistant"] = FORBIDDEN["co-instructor"] | {
    ("patch", ""), ("get", "/members"), ("get", "/keys"), ("post", "/keys"), ("delete", "/keys/{keyId}"),
    ("get", "/roster"), ("put", "/roster"), ("post", "/student-tokens"), ("post", "/personal-codes"),
    ("get", "/guests"), ("put", "/guests/{userId}"), ("delete", "/guests/{userId}"),
}  # fmt: skip
FORBIDDEN["team-assistant"] = FORBIDDEN["assistant"]


class Person:
    """A signed-in person."""

    def __init__(self, stack: Stack, email: str) -> None:
        link = stack.http.post("/api/v1/session/links", json={"email": email}).json()["link"]
        with httpx.Client(base_url=stack.http.base_url, trust_env=False) as client:
            token = client.post("/api/v1/session", json={"link": link}).json()["accessToken"]
        self.stack = stack
        self.headers = {"authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        url = f"{self.stack.http.base_url}{path}"
        return httpx.request(method, url, headers=self.headers, timeout=30, trust_env=False, **options)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("isolation") / "data") as found:
        for name in ("algebra", "biology"):
            owner = f"owner-of-{name}@example.org"
            operate(found, "accounts", {"email": owner, "name": owner})
            operate(found, "classes", {"classId": name, "title": f"of-{name}"})
            found.http.put(f"/api/v1/manage/classes/{name}/members/{owner}", json={"role": "instructor"})
            key = operate(found, f"classes/{name}/keys", {})["key"]
            assert found.http.put(f"/api/v1/manage/classes/{name}/roster", json={"csv": ROSTER}).status_code == 200
            assert post(found, name, key, "first").status_code == 202
            eventually(partial(found.stored_ids, name))
        for name, member in ROLES.items():
            operate(found, "accounts", {"email": f"{name}@example.org", "name": name})
            if member:
                path = f"/api/v1/manage/classes/biology/members/{name}@example.org"
                assert found.http.put(path, json=member).status_code == 204
        yield found


def operate(stack: Stack, path: str, body: Any) -> Any:
    answer = stack.http.post(f"/api/v1/manage/{path}", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def post(stack: Stack, name: str, key: str, event_id: str) -> httpx.Response:
    mark = f"of-{name}"
    texts = {"code": mark, "result": mark, "errorMessage": f"NameError: {mark}", "hasError": True, "teamName": "red"}
    place = {"notebookPath": f"{mark}.ipynb", "cellId": mark, "userName": mark}
    sent = event(f"{event_id}-{mark}", f"ada-{mark}", **texts, **place)
    return stack.post([sent], headers={"authorization": f"Bearer {key}"})


def operations(stack: Stack) -> list[tuple[str, str, set[str]]]:
    """Return method, path and required parameters of each operation on a class."""
    document = stack.http.get("/api/v1/openapi.json").json()
    return [
        (method, path, {item["name"] for item in operation.get("parameters", []) if item["in"] == "query"})
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if "{classId}" in path
    ]


def asked(person: Person, method: str, path: str, names: set[str], class_id: str) -> httpx.Response:
    behind = path.partition("{classId}")[2]
    address = path.replace("{classId}", class_id)
    for name, value in PARAMETERS.items():
        address = address.replace(f"{{{name}}}", value)
    params = {name: PARAMETERS[name] for name in names & {"notebook", "userId"}}
    return person.ask(method, address, params=params, json=BODIES.get((method, behind)))


@pytest.mark.parametrize("name", ROLES)
def test_no_endpoint_reveals_a_class_of_others(stack: Stack, name: str) -> None:
    person = Person(stack, f"{name}@example.org")
    walked = operations(stack)
    assert len(walked) >= 22
    assert {(method, path.partition("{classId}")[2]) for method, path, _ in walked} >= set(BODIES)
    for method, path, names in walked:
        theirs, nowhere = (asked(person, method, path, names, class_id) for class_id in ("algebra", "nowhere"))
        assert (theirs.status_code, theirs.text) == (404, nowhere.text), f"{method} {path}"
        assert nowhere.status_code == 404
    for path in ("/api/v1/classes", "/api/v1/manage/classes"):
        found = person.ask("GET", path).json()["classes"]
        assert [line["classId"] for line in found] == ([] if name == "nobody" else ["biology"])
        assert MARK not in json.dumps(found)


@pytest.mark.parametrize("name", sorted(FORBIDDEN))
def test_each_role_has_exactly_its_permissions_in_its_class(stack: Stack, name: str) -> None:
    person = Person(stack, f"{name}@example.org")
    for method, path, names in operations(stack):
        if not path.startswith("/api/v1/manage/"):
            continue
        behind = path.partition("{classId}")[2]
        answer = asked(person, method, path, names, "biology")
        if (method, behind) in FORBIDDEN[name]:
            assert answer.status_code == 403, f"{method} {path}"
        else:
            assert answer.status_code in {200, 201, 204, 404}, f"{method} {path}: {answer.text}"
            # The key and the guest belong to another class.
            assert (answer.status_code == 404) is (behind in {"/keys/{keyId}", "/guests/{userId}"}), f"{method} {path}"


@pytest.mark.parametrize("name", ROLES)
def test_operator_endpoints_refuse_every_other_role(stack: Stack, name: str) -> None:
    person = Person(stack, f"{name}@example.org")
    document = stack.http.get("/api/v1/openapi.json").json()
    walked = [
        (method, path.replace("{email}", PARAMETERS["email"]))
        for path, methods in document["paths"].items()
        for method in methods
        if path.startswith(OPERATORS)
    ]
    assert len(walked) >= 7
    for method, path in walked:
        body = {"post": {"email": "new@example.org", "name": "New"}, "patch": {"mayCreateClasses": True}}.get(method)
        assert person.ask(method, path, json=body).status_code == 403, f"{method} {path}"
    for email in (PARAMETERS["email"], "not-there@example.org"):
        assert person.ask("POST", "/api/v1/session/links", json={"email": email}).status_code == 404


@pytest.mark.parametrize("name", ROLES)
def test_no_socket_message_reveals_a_class_of_others(stack: Stack, name: str) -> None:
    person = Person(stack, f"{name}@example.org")
    ticket = person.ask("POST", "/api/v1/session/tickets", json={}).json()["ticket"]
    key = operate(stack, "classes/algebra/keys", {})["key"]
    with connect(f"{stack.ready['websocket_url']}?token={ticket}", proxy=None) as socket:
        refused = []
        for subscribe in ({"classId": "algebra"}, {"classId": "algebra", "since": 0}, {"classId": "nowhere"}):
            socket.send(json.dumps({"action": "subscribe"} | subscribe))
            refused.append(socket.recv(PATIENCE_SECONDS))
        assert {json.loads(text)["type"] for text in refused} == {"error"}
        assert len(set(refused)) == 1, "a class of others looks like one that does not exist"
        known = len(stack.stored_ids("algebra"))
        assert post(stack, "algebra", key, f"while-{name}-looks").status_code == 202
        eventually(lambda: len(stack.stored_ids("algebra")) > known)
        socket.send('{"action": "ping"}')
        while (text := str(socket.recv(PATIENCE_SECONDS))) and json.loads(text)["type"] != "pong":
            assert MARK not in text


def test_no_socket_message_tells_a_teams_assistant_that_another_team_exists(stack: Stack) -> None:
    key = operate(stack, "classes/biology/keys", {})["key"]
    blue = "of-team-blue"

    def send(event_id: str, mark: str, team: str) -> None:
        place = {"notebookPath": f"{mark}.ipynb", "cellId": mark, "code": mark, "teamName": team}
        sent = event(event_id, f"ada-{mark}", **place, userName=mark)
        assert stack.post([sent], headers={"authorization": f"Bearer {key}"}).status_code == 202

    def ticket(name: str) -> str:
        answer = Person(stack, f"{name}@example.org").ask("POST", "/api/v1/session/tickets", json={})
        return str(answer.json()["ticket"])

    def until_update_with(socket: ClientConnection, mark: str) -> list[Any]:
        heard: list[Any] = []
        while not heard or mark not in json.dumps(heard[-1]):
            heard.append(json.loads(socket.recv(PATIENCE_SECONDS)))
        return heard

    url = f"{stack.ready['websocket_url']}?token="
    with (
        connect(url + ticket("instructor"), proxy=None) as everybody,
        connect(url + ticket("team-assistant"), proxy=None) as team,
    ):
        for socket in (everybody, team):
            socket.send('{"action": "subscribe", "classId": "biology"}')
            assert json.loads(socket.recv(PATIENCE_SECONDS))["type"] == "snapshot"
        for number in range(3):
            send(f"blue-{number}", blue, "blue")
            until_update_with(everybody, blue)
        send("red-after-blue", "of-team-red", "red")
        until_update_with(everybody, "of-team-red")
        heard = until_update_with(team, "of-team-red")
        assert [(message["revisions"], len(message["students"])) for message in heard] == [([], 1)]
        # A resume and a new snapshot have no trace of the other team either.
        for since in ({"since": heard[-1]["revision"] - 1}, {}):
            team.send(json.dumps({"action": "subscribe", "classId": "biology"} | since))
            heard += until_update_with(team, "of-team-red")
    assert blue not in json.dumps(heard)
