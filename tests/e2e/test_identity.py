"""The management of classes, over the public address of a real stack."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.e2e.people import BROWSERS, ask, invite, operate
from tests.e2e.stack import IN_PROCESS, Stack, event, eventually, running


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("identity") / "data", IN_PROCESS) as found:
        yield found
        for client in BROWSERS:
            client.close()


def test_each_member_of_a_class_has_the_permissions_of_its_role(stack: Stack) -> None:
    ada, bob, eve = (invite(stack, name, may_create_classes=name == "ada") for name in ("ada", "bob", "eve"))
    made = ask(ada, "POST", "classes", {"classId": "python-1", "title": "Python"}, 201)
    assert (made["role"], made["privacy"], made["redact"]) == ("instructor", "full", True)
    ask(ada, "POST", "classes", {"classId": "python-1"}, 409)
    for method, path in (("GET", ""), ("GET", "/members"), ("GET", "/keys"), ("GET", "/roster")):
        ask(eve, method, f"classes/python-1{path}", status=404)
    ask(ada, "PUT", "classes/python-1/members/bob@example.org", {"role": "instructor", "teamName": "red"}, 422)
    ask(ada, "PUT", "classes/python-1/members/bob@example.org", {"role": "assistant", "teamName": "red"}, 204)
    assert ask(bob, "GET", "classes")["classes"][0]["teamName"] == "red"
    ask(bob, "GET", "classes/python-1/keys", status=403)
    ask(bob, "PATCH", "classes/python-1", {"title": "Mine"}, 403)
    ask(ada, "DELETE", "classes/python-1/members/ada@example.org", status=409)
    ask(ada, "PUT", "classes/python-1/members/bob@example.org", {"role": "instructor"}, 204)
    ask(ada, "DELETE", "classes/python-1/members/ada@example.org", status=204)
    ask(ada, "GET", "classes/python-1", status=404)
    assert [one["email"] for one in ask(bob, "GET", "classes/python-1/members")["members"]] == ["bob@example.org"]


def test_an_account_without_the_permission_creates_no_class_and_learns_of_none(stack: Stack) -> None:
    operate(stack, "POST", "manage/classes", {"classId": "taken"}, 201)
    stack.post([event("squat", classId="with-events")])
    eventually(lambda: stack.stored_ids("with-events"))
    client = invite(stack, "curious")
    found = [
        client.post("/api/v1/manage/classes", json={"classId": class_id})
        for class_id in ("taken", "with-events", "free")
    ]
    assert {(answer.status_code, answer.text) for answer in found} == {(403, found[0].text)}
    assert found[0].json()["code"] == "class_creation_forbidden"
    account = "manage/accounts/curious@example.org"
    assert operate(stack, "PATCH", account, {"mayCreateClasses": True})["mayCreateClasses"]
    # The permission is asked at every request.
    ask(client, "POST", "classes", {"classId": "with-events"}, 409)
    ask(client, "POST", "classes", {"classId": "free"}, 201)
    operate(stack, "PATCH", account, {"mayCreateClasses": False})
    ask(client, "POST", "classes", {"classId": "free-2"}, 403)
    operate(stack, "PATCH", "manage/accounts/nobody@example.org", {"mayCreateClasses": True}, 404)
    ask(client, "PATCH", "accounts/curious@example.org", {"mayCreateClasses": True}, 403)


def test_appointing_does_not_tell_which_addresses_have_an_account(stack: Stack) -> None:
    teacher = invite(stack, "appointing", may_create_classes=True)
    invite(stack, "colleague")
    ask(teacher, "POST", "classes", {"classId": "appointed"}, 201)
    members = "classes/appointed/members"
    emails = ["colleague@example.org", "later@example.org"]

    def for_each(method: str, body: Any = None) -> None:
        found = [teacher.request(method, f"/api/v1/manage/{members}/{email}", json=body) for email in emails]
        assert [(answer.status_code, answer.content) for answer in found] == [(204, b"")] * 2

    def listed() -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = ask(teacher, "GET", members)["members"]
        return [line for line in lines if line["email"] in emails]

    for_each("PUT", {"role": "instructor"})
    for_each("PUT", {"role": "assistant", "teamName": "red"})
    assert listed() == [{"email": email, "role": "assistant", "teamName": "red"} for email in emails]
    for_each("DELETE")
    assert listed() == []
    for_each("DELETE")
    for_each("PUT", {"role": "co-instructor"})
    ask(teacher, "PUT", f"{members}/not an address", {"role": "assistant"}, 422)
    # The last instructor who has an account stays.
    ask(teacher, "PUT", f"{members}/later@example.org", {"role": "instructor"}, 204)
    ask(teacher, "DELETE", f"{members}/appointing@example.org", status=409)
    # The role takes effect when the account is created.
    later = invite(stack, "later")
    assert [mine["role"] for mine in ask(later, "GET", "classes")["classes"]] == ["instructor"]
    ask(teacher, "DELETE", f"{members}/appointing@example.org", status=204)


def test_a_class_key_is_accepted_until_it_is_revoked(stack: Stack) -> None:
    operate(stack, "POST", "manage/classes", {"classId": "keyed"}, 201)
    old = operate(stack, "POST", "manage/classes/keyed/keys", {}, 201)

    def send(bearer: str, name: str) -> int:
        return stack.post([event(name)], headers={"authorization": f"Bearer {bearer}"}).status_code

    assert old["key"].endswith(old["hint"])
    assert send(old["key"], "keyed-1") == 202
    wish = {"replaces": old["keyId"], "overlapSeconds": 60}
    new = operate(stack, "POST", "manage/classes/keyed/keys", wish, 201)
    assert [send(key["key"], f"keyed-2-{key['keyId']}") for key in (old, new)] == [202, 202]
    operate(stack, "DELETE", f"manage/classes/keyed/keys/{old['keyId']}", status=204)
    assert [send(key["key"], f"keyed-3-{key['keyId']}") for key in (old, new)] == [403, 202]
    operate(stack, "DELETE", "manage/classes/keyed/keys/999999", status=404)
    eventually(lambda: "keyed-1" in stack.stored_ids("keyed"))
    operate(stack, "POST", "manage/classes/keyed/keys", {"replaces": 999999}, 404)
    kept = operate(stack, "GET", "manage/classes/keyed/keys")["keys"]
    assert [key["keyId"] for key in kept] == [new["keyId"], old["keyId"]]
    assert not any("key" in key for key in kept)


def test_a_roster_is_imported_and_its_errors_name_their_lines(stack: Stack) -> None:
    operate(stack, "POST", "manage/classes", {"classId": "listed", "pseudonymous": True}, 201)
    path = "manage/classes/listed/roster"
    csv = "\ufeffuserId;userName;teamName\r\nu1;Ada;red\r\nu2;Grace;\r\n"
    assert operate(stack, "PUT", path, {"csv": csv}) == {"added": 2, "changed": 0, "removed": 0}
    csv = 'userId,userName\nu1,"Lovelace, Ada"\nu3,Alan\n'
    assert operate(stack, "PUT", path, {"csv": csv}) == {"added": 1, "changed": 1, "removed": 1}
    students = operate(stack, "GET", path)["students"]
    assert [student["userId"] for student in students] == ["u1", "u3"]
    assert all(student["pseudonym"].startswith("s-") and len(student["pseudonym"]) == 22 for student in students)
    problem = operate(stack, "PUT", path, {"csv": "userId,userName\n,Ada\nu1,A\nu1,B\n"}, 422)["error"]
    assert "line 2: no userId" in problem
    assert "line 4: the same userId as line 3" in problem
    assert len(operate(stack, "GET", path)["students"]) == 2


def join(stack: Stack, bearer: str | None, **body: str) -> httpx.Response:
    headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
    return httpx.post(
        f"{stack.http.base_url}/api/v1/manage/join", json=body, headers=headers, trust_env=False, timeout=30
    )


def my_data(stack: Stack, token: str) -> httpx.Response:
    headers = {"authorization": f"Bearer {token}"}
    return httpx.get(f"{stack.http.base_url}/api/v1/me/data", headers=headers, trust_env=False, timeout=30)


@pytest.mark.parametrize("pseudonymous", [False, True])
def test_a_class_key_reads_nothing_of_a_student(stack: Stack, pseudonymous: bool) -> None:
    name = f"attacked-{pseudonymous}"
    operate(stack, "POST", "manage/classes", {"classId": name, "pseudonymous": pseudonymous}, 201)
    key = operate(stack, "POST", f"manage/classes/{name}/keys", {}, 201)["key"]
    roster = {"csv": "userId,userName\nu1,Ada\nu2,Bob\n"}
    operate(stack, "PUT", f"manage/classes/{name}/roster", roster)
    wish = {"userIds": ["u2"]}
    token = operate(stack, "POST", f"manage/classes/{name}/student-tokens", wish)["tokens"][0]["token"]
    secret = event(f"{name}-1", "u2", code="the secret of Bob")
    assert stack.post([secret], headers={"authorization": f"Bearer {token}"}).status_code == 202
    eventually(lambda: f"{name}-1" in stack.stored_ids(name))
    [student] = operate(stack, "GET", f"classes/{name}/progress")["students"]
    note = {"action": "note", "note": "a teacher's private note"}
    operate(stack, "POST", f"classes/{name}/students/{student['userId']}/attention", note)

    for user_id in ("u2", student["userId"], "u1", "somebody new"):
        refused = join(stack, key, userId=user_id)
        assert (refused.status_code, refused.json()["code"]) == (422, "user_id_not_allowed")
        assert "personal code" in refused.json()["error"]
    guest = join(stack, key, userName="Bob").json()
    assert (guest["userId"][:6], guest["verified"]) == ("guest-", False)
    kept = my_data(stack, guest["token"])
    assert kept.status_code == 200
    assert "secret" not in kept.text
    assert my_data(stack, key).status_code == 401
    own = my_data(stack, token)
    assert "the secret of Bob" in own.text
    assert "private note" not in own.text


def test_a_student_joins_by_a_personal_code_once_and_a_guest_is_linked(stack: Stack) -> None:
    operate(stack, "POST", "manage/classes", {"classId": "signed", "studentsOnly": True}, 201)
    key = operate(stack, "POST", "manage/classes/signed/keys", {}, 201)
    operate(stack, "PUT", "manage/classes/signed/roster", {"csv": "userId,userName\nu1,Ada\nu2,Bob\n"})
    codes = operate(stack, "POST", "manage/classes/signed/personal-codes", {}, 201)["codes"]
    assert [code["userId"] for code in codes] == ["u1", "u2"]
    assert join(stack, None).status_code == 401
    first, again = join(stack, codes[0]["code"]), join(stack, codes[0]["code"])
    assert (first.status_code, first.json()["userId"], first.json()["verified"]) == (201, "u1", True)
    assert (again.status_code, again.json()["code"]) == (403, "code_invalid")
    guest = join(stack, key["key"], userName="Bob?").json()
    made = operate(stack, "POST", "manage/classes/signed/student-tokens", {"userIds": ["u2"]})["tokens"]
    tokens = {"u1": first.json()["token"], "u2": made[0]["token"], guest["userId"]: guest["token"]}

    def send(token: str, user_id: str, name: str) -> int:
        return stack.post([event(name, user_id)], headers={"authorization": f"Bearer {token}"}).status_code

    for number, (user_id, token) in enumerate(tokens.items()):
        assert send(token, user_id, f"signed-{number}") == 202
    assert send(tokens["u1"], "u2", "signed-3") == 422
    assert send(key["key"], "u1", "signed-4") == 403
    eventually(lambda: len(stack.stored_ids("signed")) == 3)

    [line] = operate(stack, "GET", "manage/classes/signed/guests")["guests"]
    assert (line["userId"], line["userName"], line["rosterUserId"]) == (guest["userId"], "Bob?", None)
    path = f"manage/classes/signed/guests/{guest['userId']}"
    operate(stack, "PUT", path, {"rosterUserId": "u2"}, 204)
    students = operate(stack, "GET", "manage/classes/signed/roster")["students"]
    assert [guest["userId"] in student["guestIds"] for student in students] == [False, True]
    assert {one["eventId"] for one in my_data(stack, tokens["u2"]).json()["events"]} == {"signed-1", "signed-2"}

    operate(stack, "DELETE", f"manage/classes/signed/keys/{key['keyId']}", status=204)
    assert [send(tokens[user], user, "signed-5") for user in ("u1", guest["userId"])] == [202, 403]
    operate(stack, "PUT", "manage/classes/signed/roster", {"csv": "userId\nu2\n"})
    assert [send(tokens[user], user, "signed-6") for user in ("u1", "u2")] == [403, 202]
    operate(stack, "PATCH", "manage/classes/signed", {"revokeStudentTokens": True})
    assert send(tokens["u2"], "u2", "signed-7") == 403
