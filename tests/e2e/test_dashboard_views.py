"""The other views of the dashboard in a real browser: live, in the past, on paper and by keyboard."""

import csv
import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.browsing import assert_accessible, opened, show
from tests.e2e.stack import Stack, event, eventually

BOOK = "week 1/statistics.ipynb"
MARKUP = "<img src=x onerror=\"document.title='broken into'\"><script>document.title='broken into'</script>"
START = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=30)


def run(number: int, user: str, cell: int, seconds: float, **fields: Any) -> dict[str, Any]:
    time = (START + timedelta(seconds=seconds)).isoformat()
    place = {"notebookPath": BOOK, "cellId": f"c{cell}", "cellIndex": cell, "userName": user.title()}
    return event(f"{user}-{number}", user, eventTime=time, **place, **fields)


LESSON = [
    run(1, "ada", 0, 0, code="x = 1\n", result="1"),
    run(2, "ada", 1, 60, code="y = a[7]\n", hasError=True, errorMessage="IndexError: index 7 is out of bounds"),
    run(3, "ada", 1, 120, code="y = a[2]\nprint(y)\n", result=f"\x1b[31m{MARKUP}\x1b[0m"),
    run(1, "bob", 0, 30, code="x = 1\n"),
    run(2, "bob", 1, 90, code=MARKUP, hasError=True, errorMessage="IndexError: index 9 is out of bounds"),
    run(1, "cid", 0, 40, code="x = 2\n"),
]


@pytest.fixture(scope="module")
def lesson(stack: Stack) -> str:
    """A class with a past lesson; no test changes it."""
    class_id = f"lesson-{START.timestamp():.0f}"
    teach(stack, class_id, LESSON)
    return class_id


def teach(stack: Stack, class_id: str, events: list[dict[str, Any]]) -> None:
    stack.post([each | {"classId": class_id} for each in events]).raise_for_status()
    wanted = {each["eventId"] for each in events}
    eventually(lambda: wanted <= set(stack.stored_ids(class_id)))


def cell(page: Page, user: str, column: int) -> Locator:
    return page.locator(f'[data-testid="grid-row"][data-user-id="{user}"] [data-column="{column}"]')


def test_the_grid_shows_every_student_and_cell_and_updates_live(stack: Stack, page: Page, class_id: str) -> None:
    teach(stack, class_id, LESSON)
    show(page, stack, class_id, "grid")
    expect(cell(page, "ada", 1)).to_have_attribute("data-look", "ok")
    expect(cell(page, "bob", 1)).to_have_attribute("aria-label", "Bob, cell 2: failed, 1 run, IndexError")
    expect(cell(page, "cid", 1)).to_have_attribute("data-look", "none")
    teach(stack, class_id, [run(9, "cid", 1, 200), run(9, "dan", 2, 210, hasError=True, executionCount=3)])
    expect(cell(page, "cid", 1)).to_have_attribute("data-look", "ok")
    expect(cell(page, "dan", 2)).to_have_attribute("data-look", "error")
    expect(page.get_by_test_id("grid").locator("thead")).to_contain_text("75%")
    page.get_by_test_id("grid-sort").select_option("progress")
    assert page.get_by_test_id("grid-row").first.get_attribute("data-user-id") == "dan"


def test_the_keyboard_moves_through_the_grid_and_opens_a_student(stack: Stack, page: Page, lesson: str) -> None:
    show(page, stack, lesson, "grid")
    page.get_by_test_id("grid-sort").select_option("name")
    cell(page, "ada", 0).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(cell(page, "bob", 1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Activity of Bob")).to_be_visible()
    expect(page.get_by_test_id("event")).to_have_count(1)
    page.go_back()
    expect(cell(page, "bob", 1)).to_be_visible()


def test_a_grid_of_a_thousand_students_is_virtualised(stack: Stack, page: Page, class_id: str) -> None:
    for first in range(0, 1000, 100):
        stack.post(
            [run(1, f"s{number:04}", number % 60, 0) | {"classId": class_id} for number in range(first, first + 100)]
        ).raise_for_status()
    eventually(lambda: len(stack.get(f"classes/{class_id}/progress")["students"]) == 1000, 60)
    show(page, stack, class_id, "grid")
    expect(page.get_by_test_id("grid")).to_have_attribute("aria-rowcount", "1001")
    assert page.get_by_test_id("grid-row").count() < 200
    page.get_by_test_id("grid-sort").select_option("name")
    cell(page, "s0000", 0).focus()
    page.keyboard.press("Control+End")
    expect(cell(page, "s0999", 59)).to_be_focused()
    stack.post([run(2, "s0999", 59, 5) | {"classId": class_id}])
    expect(cell(page, "s0999", 59)).to_have_attribute("data-look", "ok")


def test_the_student_page_shows_each_run_as_text(stack: Stack, page: Page, lesson: str, tmp_path: Path) -> None:
    show(page, stack, lesson, "student/ada")
    expect(page.get_by_test_id("event")).to_have_count(3)
    newest = page.get_by_test_id("event").first
    expect(newest).to_contain_text(MARKUP)
    changes = newest.get_by_test_id("changes")
    expect(changes).to_contain_text("Changes since the previous run: 2 added, 1 removed")
    changes.locator("summary").click()
    expect(changes).to_contain_text("- y = a[7]")
    expect(changes).to_contain_text("+ print(y)")
    with page.expect_download() as download:
        page.get_by_test_id("csv").click()
    download.value.save_as(tmp_path / "timeline.csv")
    header, first, second, _ = csv.reader(
        StringIO((tmp_path / "timeline.csv").read_bytes().decode("utf-8-sig"), newline="")
    )
    assert (header[0], header[6]) == ("Time", "Code")
    assert (first[1], first[2], first[6]) == ("succeeded", "cell 2", "y = a[2]\nprint(y)\n")
    assert datetime.fromisoformat(first[0]) == START + timedelta(seconds=120)
    assert (second[1], second[8]) == ("failed", "IndexError: index 7 is out of bounds")
    page.locator('[data-testid="cell"][data-cell-id="c0"] a').click()
    expect(page.get_by_test_id("event")).to_have_count(1)
    page.reload()
    expect(page.get_by_test_id("event")).to_have_count(1)
    page.go_back()
    expect(page.get_by_test_id("event")).to_have_count(3)
    assert page.title().endswith("ClassPulse")
    assert page.locator("main img, main script").count() == 0


def test_the_student_page_updates_live_and_loads_older_events(stack: Stack, page: Page, class_id: str) -> None:
    teach(stack, class_id, [run(number, "ada", 0, number, code=f"x = {number}") for number in range(80)])
    show(page, stack, class_id, "student/ada")
    expect(page.get_by_test_id("event")).to_have_count(50)
    page.get_by_test_id("older").click()
    expect(page.get_by_test_id("event")).to_have_count(80)
    expect(page.get_by_test_id("older")).to_have_count(0)
    teach(stack, class_id, [run(100, "ada", 0, 100, code="y = 1")])
    expect(page.get_by_test_id("event").first).to_contain_text("y = 1")
    expect(page.get_by_test_id("event")).to_have_count(81)


def test_an_unknown_student_is_reported(stack: Stack, browser: Browser, lesson: str) -> None:
    # A separate page: the browser reports a 404 on the console.
    page = browser.new_page()
    show(page, stack, lesson, "student/nobody")
    expect(page.locator("main")).to_contain_text("no events from this student")
    page.close()


def test_the_progress_page_shows_the_progress_of_the_class(stack: Stack, page: Page, lesson: str) -> None:
    show(page, stack, lesson, "progress")
    bar = page.locator('[data-testid="distribution"] [data-cell-id="c1"]')
    expect(bar).to_have_attribute("data-students", "2")
    expect(page.get_by_test_id("chart")).to_have_count(3)
    expect(page.get_by_test_id("chart").first).to_contain_text("half have completed at least 1 of 2 cells")
    expect(page.get_by_test_id("chart").last).to_contain_text("33% of the runs shown failed")
    painted = page.get_by_test_id("chart").first.locator("canvas")
    pixels = "canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data"
    assert painted.evaluate(f"canvas => {pixels}.some(value => value > 0)")
    page.get_by_role("button", name="Last 15 min").click()
    expect(page.get_by_test_id("chart").last).to_contain_text("No runs in this period.")
    page.get_by_role("button", name="Last 24 h").click()
    expect(page.get_by_test_id("chart").last).to_contain_text("33% of the runs shown failed")


def test_the_errors_page_shows_common_errors(stack: Stack, page: Page, lesson: str, tmp_path: Path) -> None:
    show(page, stack, lesson, "errors")
    group = page.get_by_test_id("error-group")
    expect(group).to_have_count(1)
    expect(group).to_contain_text("2 students")
    expect(group).to_contain_text("IndexError")
    expect(group).to_contain_text("index … is out of bounds")
    expect(group).to_contain_text("1 not solved yet")
    group.locator("summary").click()
    expect(group).to_contain_text("index 9 is out of bounds")
    expect(group).to_contain_text(MARKUP)
    with page.expect_download() as download:
        page.get_by_test_id("csv").click()
    download.value.save_as(tmp_path / "errors.csv")
    header, row = csv.reader((tmp_path / "errors.csv").read_text("utf-8-sig").splitlines())
    assert (header[2], row[2], row[4], row[5]) == ("Error", "IndexError", "2", "1")
    page.get_by_role("searchbox").fill("nothing like it")
    expect(page.locator("main")).to_contain_text("No errors match.")


def test_a_download_opens_in_the_spreadsheet_of_the_locale_without_formulas(
    stack: Stack, browser: Browser, class_id: str
) -> None:
    formula = '=HYPERLINK("http://example.org";"a, b")'
    teach(stack, class_id, [run(1, "ada", 0, 0) | {"userName": formula, "teamName": "\uff1d1+1"}])
    with opened(browser, locale="de-DE") as page:
        show(page, stack, class_id)
        with page.expect_download() as download:
            page.get_by_test_id("csv").click()
        _, row = csv.reader(StringIO(download.value.path().read_text("utf-8-sig")), delimiter=";")
    assert row[:2] == [f"'{formula}", "'\uff1d1+1"]


def test_the_filters_of_a_page_change_its_contents(stack: Stack, page: Page, class_id: str) -> None:
    teams = {"ada": "East", "bob": "West", "cid": "West"}
    teach(stack, class_id, [each | {"teamName": teams[each["userId"]]} for each in LESSON])
    show(page, stack, class_id, "errors?team=East")
    expect(page.get_by_test_id("error-group")).to_contain_text("1 student")
    expect(page.get_by_test_id("error-group")).to_contain_text("all have solved it")
    page.get_by_role("searchbox", name="Search errors").fill("index")
    page.get_by_label("Sort by").select_option("students")
    assert "sort=students" in page.url
    page.get_by_role("link", name="Class progress").click()
    # The search text for errors would match no student; it is cleared with its field.
    expect(page.get_by_role("searchbox")).to_have_count(0)
    assert "q=" not in page.url
    expect(page.get_by_test_id("chart").first).to_contain_text("half have completed at least 2 of 2 cells")
    page.get_by_label("Team").select_option("West")
    expect(page.get_by_test_id("chart").first).to_contain_text("half have completed at least 1 of 2 cells")
    page.get_by_role("link", name="Report").click()
    facts = page.get_by_test_id("report-facts")
    expect(facts).to_contain_text("West")
    expect(facts).to_contain_text(BOOK)
    # Two students and three runs, one of which failed.
    expect(facts).to_contain_text("33%")
    expect(page.get_by_test_id("error-group")).to_contain_text("1 not solved yet")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_complete_grid_is_printed_on_white(stack: Stack, browser: Browser, class_id: str, theme: str) -> None:
    teach(stack, class_id, [run(1, f"user{number}", number % 20, 0) for number in range(90)])
    with opened(browser, color_scheme=theme) as page:
        show(page, stack, class_id, "grid")
        expect(page.get_by_test_id("grid-row").first).to_be_visible()
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        page.emulate_media(media="print")
        expect(page.get_by_test_id("grid-row")).to_have_count(90)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        table = page.get_by_test_id("grid")
        assert table.evaluate("table => table.scrollWidth <= document.documentElement.clientWidth")
        page.emulate_media(media="screen")
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        expect(page.locator("html")).to_have_attribute("data-theme", theme)


def test_a_past_lesson_is_replayed(stack: Stack, page: Page, lesson: str) -> None:
    def iso(seconds: float) -> str:
        return (START + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")

    show(page, stack, lesson, f"grid?start={iso(0)}&at={iso(45)}&end={iso(130)}")
    expect(page.get_by_test_id("replay")).to_be_visible()
    expect(cell(page, "cid", 0)).to_have_attribute("data-look", "ok")
    expect(page.get_by_test_id("grid").locator("thead th")).to_have_count(2)
    page.get_by_test_id("moment").focus()
    page.keyboard.press("End")
    expect(cell(page, "bob", 1)).to_have_attribute("data-look", "error")
    expect(page.get_by_test_id("grid").locator("thead th")).to_have_count(3)
    page.keyboard.press("Home")
    expect(page.get_by_test_id("grid-row")).to_have_count(1)
    page.get_by_role("button", name="Play").click()
    expect(cell(page, "ada", 1)).to_be_visible()
    page.get_by_role("link", name=re.compile("live")).first.click()
    expect(page.get_by_test_id("replay")).to_have_count(0)
    assert "start=" not in page.url


def test_the_report_of_a_lesson_is_printable(stack: Stack, page: Page, lesson: str) -> None:
    show(page, stack, lesson, "report")
    facts = page.get_by_test_id("report-facts")
    expect(facts).to_contain_text("33%")
    expect(page.get_by_test_id("hard").locator("tbody tr")).to_have_count(2)
    assert page.get_by_test_id("hard").locator("tbody tr").first.get_attribute("data-cell-id") == "c1"
    expect(page.get_by_test_id("error-group")).to_have_count(1)
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize("view", ["grid", "student/ada", "progress", "errors", "report"])
@pytest.mark.parametrize("looks", [("light", "en-GB"), ("dark", "ja-JP")], ids=lambda looks: looks[0])
def test_every_view_is_accessible_and_fits_a_phone(
    stack: Stack, browser: Browser, lesson: str, view: str, looks: tuple[str, str]
) -> None:
    scheme, locale = looks
    with opened(browser, color_scheme=scheme, locale=locale) as page:
        show(page, stack, lesson, view)
        page.wait_for_load_state("networkidle")
        expect(page.locator("main h2").first).to_be_visible()
        assert_accessible(page)
        page.set_viewport_size({"width": 360, "height": 740})
        # Charts are resized one frame after the page.
        page.wait_for_function("() => document.documentElement.scrollWidth <= 360")
        assert_accessible(page)
