"""Helpers of the dashboard's tests: pages that report their errors, and accessibility checks with axe."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Locator, Page

from tests.e2e.stack import PATIENCE_SECONDS, ROOT, Stack

AXE = ROOT / "dashboard" / "node_modules" / "axe-core" / "axe.min.js"
WCAG_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@contextmanager
def opened(browser: Browser, **settings: Any) -> Iterator[Page]:
    """Open a new page; any error that it reports fails the test."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, "locale": "en-GB"} | settings)
    context.set_default_timeout(PATIENCE_SECONDS * 1000)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert not problems


def show(page: Page, stack: Stack, class_id: str, view: str = "help") -> None:
    """Sign in as the operator and open a view of a class."""
    page.goto(f"{stack.link()}#/class/{class_id}/{view}")


def row(page: Page, user_id: str) -> Locator:
    """Return the student's row in the table of all."""
    return page.locator(f'[data-testid="student"][data-user-id="{user_id}"]')


def assert_accessible(page: Page) -> None:
    """Check WCAG 2.2 AA as far as axe can, contrast included. https://github.com/dequelabs/axe-core"""
    # Evaluated through the debugger: the page's content security policy blocks foreign scripts.
    page.evaluate(AXE.read_text())
    options = {"runOnly": {"type": "tag", "values": WCAG_AA}}
    found = page.evaluate(f"axe.run(document, {json.dumps(options)})")
    broken = [
        f"{rule['id']}: {node['html'][:160]} — {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
    assert broken == [], "\n".join(broken)
