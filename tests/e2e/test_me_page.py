"""A student's page with its stored data, in a real browser."""

import csv
import json
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import assert_accessible, opened
from tests.e2e.stack import Stack, event, eventually
from tests.e2e.test_manage_page import key_of, register, send

MANY = 250


def student_token(stack: Stack, class_id: str, user_id: str) -> str:
    answer = stack.http.post(f"/api/v1/manage/classes/{class_id}/student-tokens", json={"userIds": [user_id]})
    return str(answer.raise_for_status().json()["tokens"][0]["token"])


def show_mine(page: Page, stack: Stack, token: str) -> None:
    page.goto(f"{stack.ready['dashboard_url'].partition('?')[0]}#/me")
    page.get_by_label("Your student token").fill(token)
    page.get_by_role("button", name="Show").click()


def test_a_student_sees_only_its_own_data(stack: Stack, page: Page, class_id: str) -> None:
    register(stack, class_id, pseudonymous=True)
    events = [event(f"own-{number}", code=f"print({number})") for number in range(MANY)]
    for start in range(0, MANY, 100):
        send(stack, key_of(stack, class_id), *events[start : start + 100]).raise_for_status()
    send(stack, key_of(stack, class_id), event("bob-1", "bob", code="secret of bob")).raise_for_status()
    eventually(lambda: len(stack.stored_ids(class_id)) == MANY + 1)

    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    token = student_token(stack, class_id, "ada")
    show_mine(page, stack, token)
    expect(page.get_by_test_id("kept")).to_contain_text("ada")
    expect(page.get_by_text("Ada Lovelace")).to_be_visible()
    expect(page.get_by_text("The class uses pseudonyms")).to_be_visible()
    assert_accessible(page)
    with page.expect_download() as download:
        page.get_by_test_id("save-json").click()
    saved = json.loads(Path(download.value.path()).read_text())
    assert {fact["eventId"] for fact in saved["events"]} == {fact["eventId"] for fact in events}
    assert "secret of bob" not in json.dumps(saved)
    assert token not in "".join(asked), "the token is in no URL"
    page.reload()
    expect(page.get_by_label("Your student token")).to_have_value("")


def test_a_teacher_issues_and_revokes_student_tokens(stack: Stack, browser: Browser, class_id: str) -> None:
    register(stack, class_id)
    with opened(browser) as page:
        page.goto(f"{stack.link()}#/class/{class_id}/settings")
        with page.expect_download() as download:
            page.get_by_test_id("make-tokens").click()
        rows = list(csv.DictReader(Path(download.value.path()).read_text("utf-8-sig").splitlines()))
        assert [line["userId"] for line in rows] == ["ada", "bob"]
        token = rows[0]["token"]
        assert send(stack, token, event("1")).status_code == 202
        assert send(stack, token, event("2", "bob")).status_code == 422, "a student token is valid for its student only"
        page.get_by_role("button", name="Revoke all student tokens").click()
        page.get_by_test_id("confirm").click()
        expect(page.get_by_text("All student tokens have been revoked.")).to_be_visible()
        assert send(stack, token, event("3")).status_code == 403

    mine = browser.new_page(locale="en-GB", viewport={"width": 360, "height": 740})
    show_mine(mine, stack, token)
    expect(mine.get_by_role("alert")).to_contain_text("This token was refused")
    assert_accessible(mine)
    assert mine.evaluate("document.documentElement.scrollWidth") <= 360
    mine.close()


def test_the_address_of_the_data_redirects_a_browser_to_the_page(stack: Stack, page: Page) -> None:
    page.goto(f"{stack.ready['api_url']}/me/data")
    expect(page.get_by_label("Your student token")).to_be_visible()
    assert page.url.endswith("/#/me")
