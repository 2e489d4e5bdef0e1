"""Who counts in the dashboard, in a real browser: teachers, the absent, and an id that several students share."""

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.browsing import assert_accessible, row, show
from tests.e2e.people import operate
from tests.e2e.stack import Stack, event, eventually

START = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=30)


def run(number: int, user: str, seconds: float, **fields: Any) -> dict[str, Any]:
    place = {"notebookPath": "week1.ipynb", "cellId": "c1", "cellIndex": 0}
    return event(
        f"{user}-{number}", user, eventTime=(START + timedelta(seconds=seconds)).isoformat(), **place, **fields
    )


def teach(stack: Stack, class_id: str, *events: dict[str, Any], key: str | None = None) -> None:
    headers = {"authorization": f"Bearer {key}"} if key else {}
    answer = stack.post([each | {"classId": class_id} for each in events], headers=headers)
    assert answer.status_code == 202, answer.text
    wanted = {each["eventId"] for each in events}
    eventually(lambda: wanted <= set(stack.stored_ids(class_id)))


def test_teachers_and_the_absent_are_shown_apart_and_change_live(stack: Stack, page: Page, class_id: str) -> None:
    operate(stack, "POST", "manage/classes", {"classId": class_id}, 201)
    key = operate(stack, "POST", f"manage/classes/{class_id}/keys", {}, 201)["key"]
    students = [{"userId": "ada", "userName": "Ada"}, {"userId": "bob", "userName": "Bob"}]
    operate(stack, "PUT", f"manage/classes/{class_id}/roster", {"students": students})
    teach(stack, class_id, run(1, "ada", 0), run(1, "sato@example.org", 0, hasError=True), key=key)
    show(page, stack, class_id)
    expect(page.get_by_test_id("student")).to_have_count(2)
    expect(page.get_by_test_id("absent").locator("summary")).to_have_text("Absent: 1")
    expect(page.get_by_test_id("absent")).to_contain_text("Bob")
    member = f"manage/classes/{class_id}/members/sato@example.org"
    operate(stack, "PUT", member, {"role": "assistant"}, 204)
    expect(page.get_by_test_id("student")).to_have_count(1)
    teach(stack, class_id, run(1, "bob", 60), key=key)
    expect(row(page, "bob")).to_be_visible()
    expect(page.get_by_test_id("absent")).to_have_count(0)
    page.get_by_test_id("teachers").locator("summary").click()
    assert_accessible(page)
    page.get_by_test_id("teachers").get_by_role("link").click()
    expect(page.locator("main")).to_contain_text("does not count as a student")
    expect(page.get_by_test_id("event")).to_have_count(1)


def test_an_id_that_three_sessions_use_is_named_and_its_sessions_are_told_apart(
    stack: Stack, page: Page, class_id: str
) -> None:
    for number in range(2):
        for tab in range(3):
            shared = run(10 * number + tab, "student001", 100 * number + tab, sessionId=f"tab-{tab}")
            teach(stack, class_id, shared)
    show(page, stack, class_id)
    expect(page.get_by_test_id("shared")).to_contain_text("student001 is used by 3 sessions at once")
    row(page, "student001").get_by_role("link").click()
    expect(page.get_by_test_id("session")).to_have_count(3)
    expect(page.get_by_test_id("event")).to_have_count(6)
    page.get_by_test_id("sessions").get_by_role("link", name="tab-1").click()
    expect(page.get_by_test_id("event")).to_have_count(2)
    expect(page.get_by_role("heading", name="Timeline of tab-1")).to_be_visible()
    assert_accessible(page)
