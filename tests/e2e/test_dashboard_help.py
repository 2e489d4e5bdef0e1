"""The help queue in a real browser: its order, the actions of teachers, and projector mode."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.browsing import assert_accessible, opened, row, show
from tests.e2e.stack import Stack, event, eventually

BROKEN = {"hasError": True, "errorMessage": "NameError: name 'x' is not defined", "cellIndex": 6}


def just_now(seconds: float = 0) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()


def stuck(stack: Stack, class_id: str, user: str, name: str, errors: int = 4, **fields: Any) -> None:
    said = {"classId": class_id, "userName": name, **BROKEN, **fields}
    stack.post(
        [event(f"{user}{number}", user, eventTime=just_now(60 - number), **said) for number in range(errors)]
    ).raise_for_status()


def need(page: Page, user: str) -> Locator:
    return page.locator(f'[data-testid="need"][data-user-id="{user}"]')


def test_the_queue_is_ordered_by_need_and_gives_reasons(stack: Stack, page: Page, class_id: str) -> None:
    stuck(stack, class_id, "bob", "Bob", errors=2)
    show(page, stack, class_id)
    expect(page.get_by_test_id("nobody")).to_be_visible()
    stuck(stack, class_id, "ada", "Ada")
    expect(need(page, "ada").get_by_test_id("reason")).to_have_text("4 errors in a row in cell 7: NameError")
    expect(page.get_by_test_id("need")).to_have_count(1)
    stack.post([event("hand", "cid", eventType="help", eventTime=just_now(200), classId=class_id)])
    expect(need(page, "cid").get_by_test_id("reason")).to_contain_text("hand up for 3 min")
    assert page.get_by_test_id("need").first.get_attribute("data-user-id") == "cid"


def test_a_need_that_begins_later_enters_the_queue_without_a_message(stack: Stack, page: Page, class_id: str) -> None:
    said = {"eventType": "cell_started", "cellIndex": 2, "classId": class_id}
    stack.post([event("run", "ada", eventTime=just_now(25), **said)]).raise_for_status()
    show(page, stack, class_id)
    expect(row(page, "ada")).to_be_visible()
    expect(need(page, "ada").get_by_test_id("reason")).to_contain_text("cell 3 has been running for")
    assert stack.get(f"classes/{class_id}/progress")["revision"] == 1


def test_two_teachers_share_one_queue(stack: Stack, browser: Browser, class_id: str) -> None:
    stuck(stack, class_id, "ada", "Ada")
    with opened(browser) as one, opened(browser) as other:
        show(one, stack, class_id)
        show(other, stack, class_id)
        need(one, "ada").get_by_role("button", name="On my way").click()
        one.get_by_label("Your name").fill("Ms Sato")
        one.keyboard.press("Enter")
        expect(need(other, "ada").get_by_test_id("claim")).to_contain_text("with Ms Sato")
        expect(need(one, "ada").get_by_test_id("claim")).to_contain_text("with you")

        need(other, "ada").get_by_role("button", name="Note").click()
        other.get_by_label("Note for the other teachers").fill("<b>has not saved</b>")
        other.get_by_role("button", name="Save", exact=True).click()
        expect(need(one, "ada").get_by_test_id("note")).to_have_text("<b>has not saved</b>")

        need(one, "ada").get_by_role("button", name="Solved").click()
        expect(need(other, "ada")).to_have_count(0)
        stuck(stack, class_id, "ada-again", "Ada", errors=1)  # another student's error does not end a snooze
        stack.post(
            [
                event(f"more{number}", "ada", eventTime=just_now(3 - number), classId=class_id, **BROKEN)
                for number in range(3)
            ]
        )
        expect(need(other, "ada").get_by_test_id("reason")).to_contain_text("3 errors in a row")


def test_a_signed_in_teacher_acts_under_the_name_of_the_account(stack: Stack, browser: Browser, class_id: str) -> None:
    registered = f"own-{class_id}"
    stack.http.post("/api/v1/manage/classes", json={"classId": registered, "title": "Own"}).raise_for_status()
    email = stack.account("Ito")
    where = f"/api/v1/manage/classes/{registered}/members/{email}"
    stack.http.put(where, json={"role": "instructor"}).raise_for_status()
    key = stack.http.post(f"/api/v1/manage/classes/{registered}/keys", json={}).json()["key"]
    errors = [event(f"e{number}", "ada", eventTime=just_now(3 - number), **BROKEN) for number in range(3)]
    assert stack.post(errors, headers={"authorization": f"Bearer {key}"}).status_code == 202
    with opened(browser) as own, opened(browser) as other:
        own.goto(f"{stack.link(email)}#/class/{registered}/help")
        show(other, stack, registered)
        need(own, "ada").get_by_role("button", name="On my way").click()
        expect(need(own, "ada").get_by_test_id("claim")).to_contain_text("with you")
        expect(need(other, "ada").get_by_test_id("claim")).to_contain_text("with Ito")
        expect(own.get_by_label("Your name")).to_have_count(0)


def test_a_snoozed_student_moves_to_the_snoozed_list(stack: Stack, page: Page, class_id: str) -> None:
    stuck(stack, class_id, "ada", "Ada")
    show(page, stack, class_id)
    need(page, "ada").get_by_role("button", name="Snooze").click()
    need(page, "ada").get_by_role("button", name="5 min").click()
    expect(need(page, "ada")).to_have_count(0)
    expect(page.get_by_test_id("snoozed")).to_contain_text("Snoozed (1)")


def test_a_keyboard_shortcut_hides_every_name(stack: Stack, page: Page, class_id: str) -> None:
    stuck(stack, class_id, "ada@example.edu", "Ada Lovelace", teamName="Team 3")
    show(page, stack, class_id)
    expect(row(page, "ada@example.edu")).to_contain_text("Ada Lovelace")
    page.keyboard.press("n")
    expect(row(page, "ada@example.edu")).to_contain_text("Student 1")
    for name in ("Ada", "Lovelace", "ada@example"):
        assert name not in page.inner_text("body")
    page.get_by_role("searchbox").fill("Lovelace")
    expect(page.get_by_test_id("student")).to_have_count(0)
    page.get_by_role("searchbox").fill("n")
    assert page.get_by_test_id("names").get_attribute("aria-pressed") == "true", (
        "a letter typed in a field is no shortcut"
    )
    page.get_by_test_id("names").click()
    expect(row(page, "ada@example.edu")).to_contain_text("Ada Lovelace")


def test_the_url_captures_the_filters_and_the_back_button_restores_them(
    stack: Stack, page: Page, class_id: str
) -> None:
    stuck(stack, class_id, "ada", "Ada", teamName="Team A")
    stuck(stack, class_id, "bob", "Bob", teamName="Team B")
    show(page, stack, class_id)
    expect(page.get_by_test_id("student")).to_have_count(2)
    page.get_by_role("combobox", name="Team").select_option("Team B")
    expect(page.get_by_test_id("student")).to_have_count(1)
    expect(page.get_by_test_id("need")).to_have_count(1)
    assert "team=Team" in page.url
    page.reload()
    expect(row(page, "bob")).to_be_visible()
    expect(page.get_by_test_id("student")).to_have_count(1)
    page.go_back()
    expect(page.get_by_test_id("student")).to_have_count(2)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-GB", "ja-JP"])
def test_the_page_is_accessible(stack: Stack, browser: Browser, class_id: str, scheme: str, locale: str) -> None:
    stuck(stack, class_id, "ada", "Ada")
    stack.post([event("hand", "cid", eventType="help", eventTime=just_now(200), classId=class_id)])
    with opened(browser, color_scheme=scheme, locale=locale) as page:
        show(page, stack, class_id)
        expect(page.get_by_test_id("need")).to_have_count(2)
        assert_accessible(page)
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert_accessible(page)


def test_every_action_is_reachable_by_the_keyboard(stack: Stack, page: Page, class_id: str) -> None:
    stuck(stack, class_id, "ada", "Ada")
    show(page, stack, class_id)
    expect(need(page, "ada")).to_be_visible()
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.innerText || document.activeElement.ariaLabel || ''"))
    words = " ".join(reached)
    for wanted in ("Hide names", "Settings", "Ada", "On my way", "Solved", "Snooze", "Note", "Common errors"):
        assert wanted in words
    # Leave any field first: there "?" is a letter.
    page.get_by_test_id("settings").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_reload_keeps_the_state_of_the_queue(stack: Stack, page: Page, class_id: str) -> None:
    stuck(stack, class_id, "ada", "Ada")
    eventually(lambda: stack.get(f"classes/{class_id}/progress")["students"])
    claim = {"action": "claim", "by": "Mr Abe"}
    assert stack.http.post(f"/api/v1/classes/{class_id}/students/ada/attention", json=claim).status_code == 200
    show(page, stack, class_id)
    expect(need(page, "ada").get_by_test_id("claim")).to_have_text(re.compile("with Mr Abe"))
