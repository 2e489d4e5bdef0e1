"""Signing in and out, over the public address of a real stack."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.e2e.people import BROWSERS, PASSWORD, ask, browser, invite, operate, sign_in
from tests.e2e.stack import IN_PROCESS, PATIENCE_SECONDS, Stack, receive, running


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("sign-ins") / "data", IN_PROCESS) as found:
        yield found
        for client in BROWSERS:
            client.close()


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


def test_the_standing_ticket_is_neither_a_bearer_token_nor_a_link(stack: Stack) -> None:
    ticket = json.loads((Path(stack.ready["data_dir"]) / "keys.json").read_text())["standing_ticket"]
    client, bearer = browser(stack), {"authorization": f"Bearer {ticket}"}
    for method, path in (("GET", "manage/accounts"), ("POST", "session/tickets"), ("POST", "session/links")):
        answer = client.request(method, f"/api/v1/{path}", headers=bearer, json={} if method == "POST" else None)
        assert answer.status_code == 401, path
    assert client.post("/api/v1/session", json={"link": ticket}).status_code == 401


def test_a_refresh_token_is_valid_once_and_a_copy_revokes_the_family(stack: Stack) -> None:
    client = invite(stack, "refreshing")
    first = client.cookies["classpulse_refresh"]
    assert client.post("/api/v1/session/refresh", json={}).status_code == 200
    second = client.cookies["classpulse_refresh"]
    assert second != first

    def show(token: str) -> int:
        cookie = {"cookie": f"classpulse_refresh={token}"}
        answer = httpx.post(f"{stack.http.base_url}/api/v1/session/refresh", json={}, headers=cookie, trust_env=False)
        # Two tabs at once share one chain of tokens.
        assert answer.status_code == 401 or answer.cookies["classpulse_refresh"] == second
        return answer.status_code

    assert show(first) == 200
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


def socket_of(stack: Stack, client: httpx.Client) -> ClientConnection:
    ticket = client.post("/api/v1/session/tickets", json={}).json()["ticket"]
    return connect(f"{stack.ready['websocket_url']}?token={ticket}", proxy=None, open_timeout=PATIENCE_SECONDS)


def wait_until_closed(socket: ClientConnection) -> None:
    try:
        while True:
            socket.recv(PATIENCE_SECONDS)
    except ConnectionClosed:
        return


def answers(socket: ClientConnection) -> bool:
    socket.send('{"action": "ping"}')
    return bool(receive(socket, "pong"))


def test_signing_out_closes_the_sockets_of_this_sign_in_only(stack: Stack) -> None:
    laptop = invite(stack, "watching")
    phone = sign_in(stack, "watching")
    with socket_of(stack, laptop) as on_laptop, socket_of(stack, phone) as on_phone:
        link = laptop.post("/api/v1/session/links", json={}).json()["link"]
        assert laptop.delete("/api/v1/session").status_code == 204
        wait_until_closed(on_laptop)
        ask(laptop, "GET", "classes", status=401)
        assert browser(stack).post("/api/v1/session", json={"link": link}).status_code == 401
        assert answers(on_phone)
        ask(phone, "GET", "classes")


def test_all_sign_ins_can_be_ended_by_their_owner_and_by_the_operator(stack: Stack) -> None:
    laptop = invite(stack, "ending")
    phone = sign_in(stack, "ending")
    with socket_of(stack, phone) as socket:
        answer = laptop.delete("/api/v1/session/all")
        assert answer.status_code == 204
        assert "classpulse_refresh" not in laptop.cookies
        wait_until_closed(socket)
    for client in (laptop, phone):
        ask(client, "GET", "classes", status=401)
        assert client.post("/api/v1/session/refresh", json={}).status_code == 401
    again = sign_in(stack, "ending")
    ask(again, "DELETE", "accounts/ending@example.org/sign-ins", status=403)
    operate(stack, "DELETE", "manage/accounts/ending@example.org/sign-ins", status=204)
    ask(again, "GET", "classes", status=401)


def test_a_session_cannot_be_replaced_by_a_page_of_another_origin(stack: Stack) -> None:
    link = operate(stack, "POST", "session/links", {})["link"]
    client = invite(stack, "framed")
    cookie = client.cookies["classpulse_refresh"]
    body = json.dumps({"link": link})
    foreign: list[dict[str, str]] = [
        {"content-type": "text/plain"},
        # What fetch() and sendBeacon() of a page at another port of this host can send without a preflight request.
        {"origin": "http://localhost:8888"},
        {"origin": "null"},
        {"sec-fetch-site": "same-site", "content-type": "application/json"},
        {"sec-fetch-site": "cross-site", "content-type": "application/json"},
        {},
    ]
    for headers in foreign:
        answer = client.post("/api/v1/session", content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "page_foreign"), headers
        assert "set-cookie" not in answer.headers
        if "content-type" in headers and "sec-fetch-site" in headers:
            assert client.delete("/api/v1/session", headers=headers).status_code == 403
    assert client.cookies["classpulse_refresh"] == cookie
    own = {"sec-fetch-site": "same-origin", "origin": str(stack.http.base_url).rstrip("/")}
    # The dashboard's own page has to ask first.
    answer = client.post("/api/v1/session", json={"link": link}, headers=own)
    assert (answer.status_code, answer.json()["code"]) == (409, "session_exists")
    assert client.cookies["classpulse_refresh"] == cookie
    replacing = {"link": link, "replace": True}
    assert client.post("/api/v1/session", json=replacing, headers=own).json()["operator"] is True


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


def test_answers_are_not_cached_and_errors_are_fixed_texts(stack: Stack) -> None:
    answer = browser(stack).post("/api/v1/session", content=b"{", headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert set(answer.json()) == {"error", "code"}
    assert answer.headers["cache-control"] == "no-store"
    form = browser(stack).post("/api/v1/session/refresh", content=b"{}", headers={"content-type": "text/plain"})
    assert form.status_code == 403
