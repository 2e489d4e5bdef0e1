"""Signing in through a university: a real OpenID Connect provider, a real browser."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.stack import IN_PROCESS, ROOT, Stack, running
from tests.servers import fixed_port

SECRET = "a-secret-of-the-tests"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack and a provider that are configured for each other."""
    port, elsewhere = fixed_port(), fixed_port()
    public_url = f"http://127.0.0.1:{port}"
    settings = {
        "OidcIssuer": f"http://127.0.0.1:{elsewhere}",
        "OidcClientId": "classpulse",
        "OidcClientSecret": SECRET,
        "OidcName": "Example University",
        "PublicUrl": public_url,
    }
    options = [option for name, value in settings.items() for option in ("--parameter", f"{name}={value}")]
    node = ROOT / ".venv" / "node-bin"
    provider = subprocess.Popen(
        ["node", "provider.mjs", str(elsewhere), f"{public_url}/api/v1/session/oidc/callback"],
        cwd=Path(__file__).parent / "identity_provider",
        env=os.environ | {"PATH": f"{node}:{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert provider.stdout is not None
        assert provider.stdout.readline() == "listening\n"
        with running(tmp_path_factory.mktemp("oidc") / "data", IN_PROCESS, "--port", str(port), *options) as found:
            yield found
    finally:
        provider.kill()
        provider.wait()
        assert provider.stdout is not None
        provider.stdout.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB")
    yield context.new_page()
    context.close()


def sign_in_at_the_university(page: Page, stack: Stack, login: str) -> None:
    page.goto(stack.ready["api_url"].removesuffix("api/v1"))
    page.get_by_test_id("oidc").click()
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill("any")
    page.locator("[type=submit]").click()
    page.locator("[type=submit]").click()


def test_an_invited_person_signs_in_and_stays_signed_in(stack: Stack, page: Page) -> None:
    assert (
        stack.http.post("/api/v1/manage/accounts", json={"email": "ada@example.org", "name": "Ada"}).status_code == 201
    )
    sign_in_at_the_university(page, stack, "ada")
    expect(page.get_by_role("heading", name="You are not in any class yet")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="You are not in any class yet")).to_be_visible()
    [cookie] = [cookie for cookie in page.context.cookies() if cookie["name"] == "classpulse_refresh"]
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/api/v1/session")


@pytest.mark.parametrize("login", ["mallory", "unverified-bob"])
def test_a_person_without_invitation_or_verified_address_is_refused(stack: Stack, page: Page, login: str) -> None:
    stack.http.post("/api/v1/manage/accounts", json={"email": "bob@example.org", "name": "Bob"})
    with page.expect_response(lambda response: "/oidc/callback" in response.url) as answered:
        sign_in_at_the_university(page, stack, login)
    assert answered.value.status == 401
    assert "classpulse_refresh" not in {cookie["name"] for cookie in page.context.cookies()}


def test_a_disabled_account_cannot_sign_in_by_oidc(stack: Stack, page: Page) -> None:
    stack.http.post("/api/v1/manage/accounts", json={"email": "eve@example.org", "name": "Eve"})
    assert stack.http.delete("/api/v1/manage/accounts/eve@example.org").status_code == 204
    with page.expect_response(lambda response: "/oidc/callback" in response.url) as answered:
        sign_in_at_the_university(page, stack, "eve")
    assert answered.value.status == 401


def test_an_oidc_answer_for_another_browser_is_refused(stack: Stack) -> None:
    base = stack.ready["api_url"] + "/session/oidc"
    begun = httpx.get(base, trust_env=False)
    assert begun.status_code == 302
    wanted = dict(httpx.URL(begun.headers["location"]).params)
    assert (wanted["code_challenge_method"], wanted["response_type"]) == ("S256", "code")
    assert len(wanted["nonce"]) > 30
    stolen = {"code": "any", "state": wanted["state"]}
    assert httpx.get(f"{base}/callback", params=stolen, trust_env=False).status_code == 401
    own = {"cookie": begun.headers["set-cookie"].partition(";")[0]}
    assert (
        httpx.get(f"{base}/callback", params=stolen | {"state": "x"}, headers=own, trust_env=False).status_code == 401
    )
    assert httpx.get(f"{base}/callback", params=stolen, headers=own, trust_env=False).status_code == 401


def test_an_unreachable_provider_is_reported(tmp_path: Path, unused_port: int) -> None:
    settings = {"OidcIssuer": f"http://127.0.0.1:{unused_port}", "OidcClientId": "c", "OidcClientSecret": SECRET}
    settings |= {"OidcName": "Away", "PublicUrl": "http://127.0.0.1:1"}
    options = [option for name, value in settings.items() for option in ("--parameter", f"{name}={value}")]
    with running(tmp_path / "data", IN_PROCESS, *options) as stack:
        refused = stack.http.get("/api/v1/session/oidc")
        assert (refused.status_code, int(refused.headers["retry-after"]) > 0) == (503, True)
