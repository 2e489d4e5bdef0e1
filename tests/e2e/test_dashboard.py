"""The dashboard in a real browser."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import row, show
from tests.e2e.stack import IN_PROCESS, Stack, event, eventually, running
from tests.servers import LoopThread, embedded_postgres


def test_the_class_page_updates_live(stack: Stack, page: Page, class_id: str) -> None:
    show(page, stack, class_id)
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live")
    assert "token" not in page.url
    expect(page.get_by_test_id("total")).to_have_text("0 students")

    now = {"classId": class_id, "userName": "Ada Lovelace", "teamName": "チーム東"}
    stack.post([event("1", **now)])
    expect(row(page, "ada")).to_contain_text("Ada Lovelace")
    expect(row(page, "ada")).to_contain_text("cell 1")

    for number in range(4):
        broken: dict[str, Any] = {"hasError": True, "errorMessage": "NameError: name 'x' is not defined"}
        failing = event(f"e{number}", eventTime=f"2026-01-01T09:01:0{number}Z", **now, **broken | {"cellIndex": 6})
        stack.post([failing])
    expect(row(page, "ada")).to_have_attribute("data-status", "stuck")
    expect(row(page, "ada").get_by_test_id("why")).to_have_text("4 errors in a row: NameError")
    expect(page.get_by_test_id("count-stuck")).to_contain_text("1")

    stack.post([event("hand", eventType="help", eventTime="2026-01-01T09:02:00Z", **now)])
    expect(row(page, "ada")).to_have_attribute("data-status", "help")
    expect(row(page, "ada").get_by_test_id("why")).to_contain_text("hand up for")

    stack.post([event("b", "bob", eventTime="2026-01-01T09:03:00Z", classId=class_id)])
    expect(page.get_by_test_id("student")).to_have_count(2)
    assert page.get_by_test_id("student").first.get_attribute("data-user-id") == "ada", (
        "students who need help come first"
    )

    stack.post([event("down", eventType="help_stop", eventTime="2026-01-01T09:04:00Z", **now)])
    stack.post([event("ok", eventTime="2026-01-01T09:05:00Z", **now)])
    expect(row(page, "ada")).to_have_attribute("data-status", "active")


def test_student_text_is_never_rendered_as_markup(stack: Stack, page: Page, class_id: str) -> None:
    name = "<img src=x onerror=\"document.title='broken into'\"><script>document.title='broken into'</script>"
    stack.post([event("x", classId=class_id, userName=name, cellId=name, cellIndex=None, notebookPath=name)])
    show(page, stack, class_id)
    expect(row(page, "ada")).to_contain_text(name)
    assert page.title() == "ClassPulse"
    assert page.locator("[data-testid=students] img, [data-testid=students] script").count() == 0


def test_a_lost_connection_is_shown_and_reconnected(browser: Browser, tmp_path: Path, unused_port: int) -> None:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    arguments = (IN_PROCESS, "--port", str(unused_port))
    with running(tmp_path / "data", *arguments) as stack:
        stack.post([event("before")])
        page.goto(stack.link())
        expect(row(page, "ada")).to_be_visible()
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", re.compile("waiting|connecting"))
    expect(page.get_by_test_id("stale")).to_be_visible()
    with running(tmp_path / "data", *arguments) as stack:
        stack.post([event("after", "bob")])
        expect(row(page, "bob")).to_be_visible(timeout=30_000)
        expect(page.get_by_test_id("stale")).to_have_count(0)
    context.close()


def test_the_page_of_the_demo_class_is_readable(browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path / "data", IN_PROCESS, "--demo", "40", "--seed", "3") as stack:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
        page = context.new_page()
        page.goto(stack.link())
        eventually(lambda: page.get_by_test_id("student").count() >= 25)
        before = page.inner_text("main")
        eventually(lambda: page.inner_text("main") != before)
        picture = page.screenshot()
        phone = browser.new_context(viewport={"width": 360, "height": 740}, locale="ja-JP").new_page()
        phone.goto(stack.link())
        expect(phone.get_by_test_id("student").first).to_be_visible()
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360, "the page needs no horizontal scrolling"
        assert phone.evaluate("document.documentElement.lang") == "ja"
        phone.context.close()
        context.close()
    assert len(picture) > 20_000, "a blank page compresses to almost nothing"


def test_the_api_page_shows_the_contract(stack: Stack, page: Page) -> None:
    page.goto(f"{stack.ready['api_url']}/docs")
    expect(page.locator("#swagger-ui")).to_contain_text("/api/v1/events")


def test_an_unavailable_store_is_named_on_the_page(browser: Browser, tmp_path: Path, loop_thread: LoopThread) -> None:
    server = embedded_postgres(tmp_path / "server")
    loop_thread.run(server.start())
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    with running(tmp_path / "data", IN_PROCESS, environment={"DATABASE_URL": server.url}) as stack:
        page.goto(stack.link())
        expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live")
        loop_thread.run(server.stop())
        expect(page.get_by_test_id("away-postgresql")).to_contain_text("The database is unavailable", timeout=30_000)
        loop_thread.run(server.start_again())
        expect(page.get_by_test_id("away-postgresql")).to_have_count(0, timeout=30_000)
    context.close()
    loop_thread.run(server.stop())


def test_the_content_security_policy_blocks_foreign_code(stack: Stack, browser: Browser, class_id: str) -> None:
    """The policy allows the dashboard and blocks an inline script in the page."""
    for path, accept in (("/", "text/html"), ("/index.html", "*/*"), ("/api/v1/openapi.json", "*/*")):
        headers = stack.http.get(path, headers={"accept": accept}).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
    # A separate page: blocked code is reported on the console, which must be empty in other tests.
    page = browser.new_page()
    show(page, stack, class_id)
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live")
    refused = page.evaluate(
        """() => new Promise((resolve) => {
            const seen = [];
            document.addEventListener("securitypolicyviolation", (event) => seen.push(event.effectiveDirective));
            const script = document.createElement("script");
            try { script.textContent = "document.title = 'broken into'"; } catch { seen.push("trusted-types"); }
            document.head.append(script);
            const image = document.createElement("img");
            image.src = "http://127.0.0.1:9/elsewhere.png";
            document.body.append(image);
            setTimeout(() => resolve([seen, document.title]), 500);
        })"""
    )
    assert "img-src" in refused[0]
    assert {"trusted-types", "require-trusted-types-for", "script-src-elem"} & set(refused[0])
    assert "broken into" not in refused[1]
    page.close()
