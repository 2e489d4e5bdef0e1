"""People who sign in over the public address of a stack, each with a browser's cookies."""

from typing import Any

import httpx

from tests.e2e.stack import Stack

PASSWORD = "correct horse battery"
BROWSERS: list[httpx.Client] = []


def browser(stack: Stack) -> httpx.Client:
    BROWSERS.append(httpx.Client(base_url=stack.http.base_url, timeout=30, trust_env=False))
    return BROWSERS[-1]


def operate(stack: Stack, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    answer = stack.http.request(method, f"/api/v1/{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def sign_in(stack: Stack, name: str) -> httpx.Client:
    """Return a signed-in HTTP client with its bearer token."""
    email = f"{name}@example.org"
    client = browser(stack)
    answer = client.post("/api/v1/session", json={"email": email.upper(), "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    assert answer.json()["email"] == email
    client.headers["authorization"] = f"Bearer {answer.json()['accessToken']}"
    return client


def invite(stack: Stack, name: str, *, may_create_classes: bool = False) -> httpx.Client:
    """Create an account; return a signed-in HTTP client with its bearer token."""
    body = {"email": f"{name}@example.org", "name": name, "password": PASSWORD, "mayCreateClasses": may_create_classes}
    operate(stack, "POST", "manage/accounts", body, 201)
    return sign_in(stack, name)


def ask(client: httpx.Client, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    answer = client.request(method, f"/api/v1/manage/{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None
