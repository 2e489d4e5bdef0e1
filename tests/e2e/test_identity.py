"""Signing in, and the management of a class, over the public address of a real stack."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.e2e.stack import IN_PROCESS, Stack, event, eventually, running

PASSWORD = "correct horse battery"
BROWSERS: list[httpx.Client] = []


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("identity") / "data", IN_PROCESS) as found:
        yield found
        for client in BROWSERS:
            client.close()


def browser(stack: Stack) -> httpx.Client:
    BROWSERS.append(httpx.Client(base_url=stack.http.base_url, timeout=30, trust_env=False))
    return BROWSERS[-1]


def operate(stack: Stack, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    answer = stack.http.request(method, f"/api/v1/{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def invite(stack: Stack, name: str) -> httpx.Client:
    """Create an account; return a signed-in HTTP client with its bearer token."""
    email = f"{name}@example.org"
    operate(stack, "POST", "manage/accounts", {"email": email, "name": name, "password": PASSWORD}, 201)
    client = browser(stack)
    answer = client.post("/api/v1/session", json={"email": email.upper(), "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    assert answer.json()["email"] == email
    client.headers["authorization"] = f"Bearer {answer.json()['accessToken']}"
    return client


def ask(client: httpx.Client, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    answer = client.request(method, f"/api/v1/manage/{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def test_the_printed_link_signs_in_once(stack: Stack) -> None:
    [link] = parse_qs(urlsplit(stack.ready["dashboard_url"]).query)["token"]
    client = browser(stack)
    answer = client.post("/api/v1/session", json={"link": link})
    assert answer.status_code == 200
    assert (answer.json()["operator"], answer.json()["email"]) == (True, None)
    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", "Path=/api/v1/session"))
    assert "Secure" not in cookie
    bearer = {"authorization": f"Bearer {answer.json()['accessToken']}"}
    assert client.get("/api/v1/classes", headers=bearer).status_code == 200
    assert browser(stack).post("/api/v1/session", json={"link": link}).status_code == 401


def test_a_refresh_token_is_valid_once_and_a_copy_revokes_the_family(stack: Stack) -> None:
    client = invite(stack, "refreshing")
    first = client.cookies["classpulse_refresh"]
    assert client.post("/api/v1/session/refresh", json={}).status_code == 200
    second = client.cookies["classpulse_refresh"]
    assert second != first

    def show(token: str) -> int:
        cookie = {"cookie": f"classpulse_refresh={token}"}
        return httpx.post(
            f"{stack.http.base_url}/api/v1/session/refresh", json={}, headers=cookie, trust_env=False
        ).status_code

    assert show(first) == 200  # two tabs at once
    time.sleep(11)
    assert show(first) == 401
    assert show(second) == 401


def test_signing_out_revokes_copied_refresh_tokens(stack: Stack) -> None:
    client = invite(stack, "leaving")
    kept = client.cookies["classpulse_refresh"]
    assert client.delete("/api/v1/session").status_code == 204
    assert client.post("/api/v1/session/refresh", json={}).status_code == 401
    client.cookies.set("classpulse_refresh", kept)
    assert client.post("/api/v1/session/refresh", json={}).status_code == 401


def test_too_many_failed_sign_ins_are_throttled(stack: Stack) -> None:
    invite(stack, "guessed")
    client = browser(stack)

    def guess(email: str) -> httpx.Response:
        return client.post("/api/v1/session", json={"email": email, "password": "wrong"})

    for email in ("guessed@example.org", "nobody@example.org"):
        answers = [guess(email) for _ in range(5)]
        assert {answer.status_code for answer in answers} == {401}
        assert len({answer.text for answer in answers}) == 1
        # The first wait is one second and each later one is longer: a slow guess may outlast some.
        refused = next(answer for answer in (guess(email) for _ in range(8)) if answer.status_code != 401)
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 256


def test_changing_a_password_ends_the_other_sign_ins(stack: Stack) -> None:
    client = invite(stack, "changing")
    other = browser(stack)
    other.post("/api/v1/session", json={"email": "changing@example.org", "password": PASSWORD})
    change = {"old": "not that one", "new": "an even better password"}
    assert client.put("/api/v1/session/password", json=change).status_code == 422
    assert client.put("/api/v1/session/password", json=change | {"old": PASSWORD}).status_code == 204
    assert other.post("/api/v1/session/refresh", json={}).status_code == 401
    assert client.post("/api/v1/session/refresh", json={}).status_code == 200


def test_disabling_an_account_voids_its_tokens_and_links(stack: Stack) -> None:
    client = invite(stack, "disabled")
    link = operate(stack, "POST", "session/links", {"email": "disabled@example.org"})["link"]
    ask(client, "GET", "classes")
    operate(stack, "DELETE", "manage/accounts/disabled@example.org", status=204)
    ask(client, "GET", "classes", status=401)
    assert browser(stack).post("/api/v1/session", json={"link": link}).status_code == 401
    assert client.post("/api/v1/session/refresh", json={}).status_code == 401


def test_each_member_of_a_class_has_the_permissions_of_its_role(stack: Stack) -> None:
    ada, bob, eve = (invite(stack, name) for name in ("ada", "bob", "eve"))
    made = ask(ada, "POST", "classes", {"classId": "python-1", "title": "Python"}, 201)
    assert (made["role"], made["privacy"], made["redact"]) == ("instructor", "full", True)
    ask(eve, "POST", "classes", {"classId": "python-1"}, 409)
    for method, path in (("GET", ""), ("GET", "/members"), ("GET", "/keys"), ("GET", "/roster")):
        ask(eve, method, f"classes/python-1{path}", status=404)
    ask(ada, "PUT", "classes/python-1/members/nobody@example.org", {"role": "assistant"}, 404)
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


def test_answers_are_not_cached_and_errors_are_fixed_texts(stack: Stack) -> None:
    answer = browser(stack).post("/api/v1/session", content=b"{", headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert set(answer.json()) == {"error", "code"}
    assert answer.headers["cache-control"] == "no-store"
    form = browser(stack).post("/api/v1/session/refresh", content=b"{}", headers={"content-type": "text/plain"})
    assert form.status_code == 422
