"""Signing in and out in a real browser."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.browsing import assert_accessible, show
from tests.e2e.stack import IN_PROCESS, Stack, running

PASSWORD = "correct horse battery"
NO_CORS = "{mode: 'no-cors', credentials: 'include', method: 'POST'"


def sign_in(page: Page, email: str, password: str) -> None:
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def expect_live(page: Page) -> None:
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live")


def test_a_sign_in_link_works_once_and_the_browser_stays_signed_in(stack: Stack, browser: Browser, page: Page) -> None:
    link = stack.link()
    page.goto(link)
    expect_live(page)
    assert "token" not in page.url
    page.reload()
    expect_live(page)
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert "ey" not in kept, "no token is stored where a script can read it"

    elsewhere = browser.new_context(locale="en-GB").new_page()
    elsewhere.goto(link)
    expect(elsewhere.get_by_test_id("refused")).to_contain_text("A link works once")
    elsewhere.get_by_label("One-time link or token").fill(stack.link())
    elsewhere.get_by_role("button", name="Open").click()
    expect_live(elsewhere)
    elsewhere.context.close()


def test_every_connection_uses_a_new_ticket(stack: Stack, page: Page, class_id: str) -> None:
    tickets: list[str] = []
    page.on("websocket", lambda socket: tickets.append(socket.url.partition("token=")[2]))
    show(page, stack, class_id)
    expect_live(page)
    page.reload()
    expect_live(page)
    assert len(set(tickets)) == len(tickets) == 2
    assert stack.ready["instructor_token"] not in "".join(tickets)


def test_a_password_signs_in_and_a_wrong_one_shows_an_error(stack: Stack, browser: Browser) -> None:
    email = stack.account("Sato", PASSWORD)
    page = browser.new_context(locale="en-GB").new_page()
    page.goto(stack.ready["dashboard_url"].partition("?")[0])
    sign_in(page, email, "not this one, surely")
    expect(page.get_by_test_id("refused")).to_have_text("Wrong email address or password.")
    sign_in(page, email, PASSWORD)
    expect(page.get_by_role("heading", name="You are not in any class yet")).to_be_visible()
    assert_accessible(page)
    page.context.close()


def test_too_many_sign_in_attempts_are_throttled(browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path / "data", IN_PROCESS) as stack:
        email = stack.account("Sato", PASSWORD)
        page = browser.new_context(locale="en-GB").new_page()
        page.goto(stack.ready["dashboard_url"].partition("?")[0])
        for _ in range(12):
            sign_in(page, email, "not this one, surely")
            expect(page.get_by_test_id("refused").or_(page.get_by_test_id("wait"))).to_be_visible()
            if page.get_by_test_id("wait").is_visible():
                break
        expect(page.get_by_test_id("wait")).to_contain_text("Too many attempts. Try again in")
        assert_accessible(page)
        expect(page.get_by_test_id("wait")).to_have_count(0, timeout=15_000)
        sign_in(page, email, PASSWORD)
        expect(page.get_by_role("heading", name="You are not in any class yet")).to_be_visible()
        page.context.close()


def test_signing_out_ends_the_session_in_every_tab(stack: Stack, browser: Browser, class_id: str) -> None:
    context = browser.new_context(locale="en-GB")
    page, tab = context.new_page(), context.new_page()
    show(page, stack, class_id)
    expect_live(page)
    tab.goto(page.url)
    expect_live(tab)
    page.get_by_test_id("settings").click()
    page.get_by_test_id("sign-out").click()
    for each in (page, tab):
        expect(each.get_by_role("heading", name="Sign in to ClassPulse")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Sign in to ClassPulse")).to_be_visible()
    context.close()


def test_all_sign_ins_are_ended_in_every_browser(stack: Stack, browser: Browser, class_id: str) -> None:
    email = stack.account("Sato")
    stack.http.post("/api/v1/manage/classes", json={"classId": class_id, "title": ""}).raise_for_status()
    member = f"/api/v1/manage/classes/{class_id}/members/{email}"
    stack.http.put(member, json={"role": "assistant"}).raise_for_status()
    laptop, phone = (browser.new_context(locale="en-GB").new_page() for _ in range(2))
    for page in (laptop, phone):
        page.goto(stack.link(email))
        expect_live(page)
    laptop.get_by_test_id("settings").click()
    assert_accessible(laptop)
    laptop.get_by_test_id("end-all").click()
    expect(laptop.get_by_role("heading", name="Sign in to ClassPulse")).to_be_visible()
    expect(phone.get_by_test_id("refused")).to_contain_text("Your session has ended")
    for page in (laptop, phone):
        page.reload()
        expect(page.get_by_role("heading", name="Sign in to ClassPulse")).to_be_visible()
        page.context.close()


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en-GB", ("Stay signed in", "Use the link", "You are signed in as")),
        ("ja-JP", ("このまま続ける", "リンクを使う", "としてサインインしています")),
    ],
)
def test_a_link_replaces_a_session_only_after_asking(
    stack: Stack, browser: Browser, locale: str, words: tuple[str, str, str]
) -> None:
    stay, use, signed_in = words
    mine, others = stack.account("Sato"), stack.account("Eve")
    page = browser.new_context(locale=locale).new_page()
    page.goto(stack.link(mine))
    expect(page.get_by_text(mine)).to_be_visible()
    link = stack.link(others)
    for choice, then in ((stay, mine), (use, others)):
        page.goto(link)
        expect(page.get_by_test_id("ask-link")).to_contain_text(signed_in)
        expect(page.get_by_test_id("ask-link")).to_contain_text(mine)
        assert "token" not in page.url
        assert_accessible(page)
        page.get_by_role("button", name=choice).click()
        expect(page.get_by_text(then)).to_be_visible()
        page.reload()
        expect(page.get_by_text(then)).to_be_visible()
    page.context.close()


class EmptyPage(BaseHTTPRequestHandler):
    """Answers every request with an empty page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Foreign</title>")

    def log_message(self, *_: object) -> None:
        """Keep the test's output free of requests."""


@contextmanager
def foreign_page(host: str) -> Iterator[str]:
    """Serve a page at another port of this host: another origin, and to SameSite the same site."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), EmptyPage)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{host}:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    "attack",
    [
        # No Content-Type, so no preflight request; the answer's cookie would be stored, as the site is the same.
        pytest.param(f"fetch(url, {NO_CORS}, body: new Blob([body])}}).catch(() => null)", id="without a type"),
        pytest.param("navigator.sendBeacon(url, new Blob([body]))", id="a beacon"),
        pytest.param(f"fetch(url, {NO_CORS}, body}}).catch(() => null)", id="as text"),
    ],
)
def test_a_page_of_another_origin_cannot_replace_the_session(stack: Stack, browser: Browser, attack: str) -> None:
    mine, others = stack.account("Sato"), stack.account("Eve")
    page = browser.new_context(locale="en-GB").new_page()
    page.goto(stack.link(mine))
    expect(page.get_by_text(mine)).to_be_visible()
    link = stack.link(others).partition("token=")[2]
    url = f"{stack.ready['api_url']}/session"
    statuses: list[int] = []

    def forward(route: Route) -> None:
        # The browser hides the answer from the page, not from the test.
        answer = route.fetch()
        statuses.append(answer.status)
        route.fulfill(response=answer)

    page.route(url, forward)
    with foreign_page(urlsplit(url).hostname or "") as address:
        page.goto(address)
        body = json.dumps({"link": link, "replace": True})
        with page.expect_request(url):
            page.evaluate(f"([url, body]) => {attack}", [url, body])
    page.goto(stack.ready["dashboard_url"].partition("?")[0])
    expect(page.get_by_text(mine)).to_be_visible()
    assert statuses == [403]
    # The link was not used either.
    assert httpx.post(url, json={"link": link}, trust_env=False).status_code == 200
    page.context.close()


def test_a_disabled_account_is_signed_out_at_once(stack: Stack, browser: Browser, class_id: str) -> None:
    email = stack.account("Sato")
    stack.http.post("/api/v1/manage/classes", json={"classId": class_id, "title": ""}).raise_for_status()
    member = f"/api/v1/manage/classes/{class_id}/members/{email}"
    stack.http.put(member, json={"role": "assistant"}).raise_for_status()
    page = browser.new_context(locale="en-GB").new_page()
    page.goto(stack.link(email))
    expect_live(page)
    stack.http.delete(f"/api/v1/manage/accounts/{email}").raise_for_status()
    expect(page.get_by_test_id("refused")).to_contain_text("Your session has ended", timeout=20_000)
    page.context.close()


@pytest.mark.parametrize("locale", ["en-GB", "ja-JP"])
def test_the_sign_in_page_is_accessible(stack: Stack, browser: Browser, locale: str) -> None:
    page = browser.new_context(
        locale=locale,
        viewport={"width": 360, "height": 740},
        color_scheme="dark" if locale == "ja-JP" else "light",
    ).new_page()
    page.goto(stack.ready["dashboard_url"].partition("?")[0])
    page.locator("summary").click()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.context.close()
