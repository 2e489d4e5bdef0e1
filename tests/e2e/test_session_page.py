"""Signing in and out in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import assert_accessible, show
from tests.e2e.stack import IN_PROCESS, Stack, running

PASSWORD = "correct horse battery"


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
