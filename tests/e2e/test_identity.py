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


def test_student_tokens_are_issued_by_joining_or_by_the_instructor_and_can_be_revoked(stack: Stack) -> None:
    operate(stack, "POST", "manage/classes", {"classId": "signed", "studentsOnly": True}, 201)
    key = operate(stack, "POST", "manage/classes/signed/keys", {}, 201)["key"]
    bearer = {"authorization": f"Bearer {key}"}
    join = f"{stack.http.base_url}/api/v1/manage/join"

    def joined(**body: str) -> httpx.Response:
        return httpx.post(join, json=body, headers=bearer, trust_env=False, timeout=30)

    assert httpx.post(join, json={"userId": "u1"}, trust_env=False).status_code == 401
    first, again = joined(userId="u1", userName="Ada"), joined(userId="u1")
    assert (first.status_code, again.status_code) == (201, 409)
    made = operate(stack, "POST", "manage/classes/signed/student-tokens", {"userIds": ["u2"]})["tokens"]
    tokens = {"u1": first.json()["token"], **{one["userId"]: one["token"] for one in made}}

    def send(token: str, user_id: str, name: str) -> int:
        return stack.post([event(name, user_id)], headers={"authorization": f"Bearer {token}"}).status_code

    assert send(tokens["u1"], "u1", "signed-1") == 202
    assert send(tokens["u2"], "u2", "signed-2") == 202
    assert send(tokens["u1"], "u2", "signed-3") == 422
    assert send(key, "u1", "signed-4") == 403
    operate(stack, "PATCH", "manage/classes/signed", {"revokeStudentTokens": True})
    assert send(tokens["u1"], "u1", "signed-5") == 403
