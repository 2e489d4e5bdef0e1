"""Run a demo class and photograph every page of its dashboard, some also in Japanese, in dark and on a phone."""

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from playwright.sync_api import Browser, Page

from scripts.browser import chromium

ROOT = Path(__file__).resolve().parents[1]
CLASS_ID = "python-1"
# The time in which a page fetches its data and paints it.
SETTLE_MS = 2500
# WebP at this quality keeps small text readable, and a page under 150 kB.
QUALITY = 80
ENGLISH: dict[str, Any] = {"viewport": {"width": 1200, "height": 750}, "color_scheme": "light", "locale": "en-GB"}
JAPANESE = ENGLISH | {"locale": "ja-JP"}
TALL = ENGLISH | {"viewport": {"width": 1200, "height": 1400}}
DARK = ENGLISH | {"color_scheme": "dark"}
PHONE = ENGLISH | {"viewport": {"width": 360, "height": 740}}


@dataclass(frozen=True)
class Shot:
    """One picture: its file's name, the page, and how the browser is set up."""

    name: str
    view: str
    settings: Mapping[str, Any]
    query: str = ""


SHOTS = (
    Shot("help", "help", ENGLISH),
    Shot("grid", "grid", ENGLISH),
    Shot("overview", "progress", TALL, "minutes=15"),
    Shot("errors", "errors", ENGLISH, "sort=students"),
    Shot("student", "student", TALL),
    Shot("report", "report", TALL),
    Shot("manage", "settings", TALL),
    Shot("help-ja", "help", JAPANESE),
    Shot("grid-ja", "grid", JAPANESE),
    Shot("help-dark", "help", DARK),
    Shot("help-phone", "help", PHONE),
)


class Api:
    """The HTTP API, as the operator."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        headers = {"Authorization": f"Bearer {addresses['instructor_token']}"}
        self._http = httpx.Client(base_url=addresses["api_url"], headers=headers, trust_env=False, timeout=30)

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Return the answer's JSON. Raises httpx.HTTPError."""
        return self._http.request(method, path, json=body).raise_for_status().json()

    def new_class(self) -> str:
        """Register the class and return a key for its notebooks."""
        self.call("POST", "manage/classes", {"classId": CLASS_ID, "title": "Python 1"})
        return str(self.call("POST", f"manage/classes/{CLASS_ID}/keys", {})["key"])

    def import_roster(self) -> None:
        """Put everybody who has sent an event on the class's roster."""
        students = self.call("GET", f"classes/{CLASS_ID}/progress")["students"]
        lines = [{name: student[name] for name in ("userId", "userName", "teamName")} for student in students]
        self.call("PUT", f"manage/classes/{CLASS_ID}/roster", {"students": lines})

    def student_token(self, user_id: str) -> str:
        """Return a token of that student."""
        wish = {"userIds": [user_id]}
        return str(self.call("POST", f"manage/classes/{CLASS_ID}/student-tokens", wish)["tokens"][0]["token"])


@contextmanager
def stopped_at_the_end(command: list[str], **variables: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a command with more variables in its environment, and stop it at the end of the block."""
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | variables)  # noqa: S603
    try:
        yield process
    finally:
        process.terminate()
        process.wait(15)


def wait_for(path: Path, runner: subprocess.Popen[bytes]) -> dict[str, str]:
    """Return the ready file's content once it exists."""
    while not path.exists():
        if runner.poll() is not None:
            raise SystemExit(f"local_runner.py ended with {runner.returncode}")
        time.sleep(0.1)
    addresses: dict[str, str] = json.loads(path.read_text())
    return addresses


def save(page: Page, path: Path) -> None:
    """Write what the page shows as WebP, which Playwright itself cannot."""
    options = {"format": "webp", "quality": QUALITY}
    taken = page.context.new_cdp_session(page).send("Page.captureScreenshot", options)
    path.write_bytes(base64.b64decode(taken["data"]))
    print(f"{path}  {path.stat().st_size // 1000} kB")


def photograph(browser: Browser, addresses: Mapping[str, str], api: Api, folder: Path, seconds: float) -> None:
    """Let the class work, then open every page and save what it shows."""
    page = browser.new_context(**ENGLISH).new_page()
    page.goto(addresses["dashboard_url"] + f"#/class/{CLASS_ID}/help")
    page.wait_for_selector("[data-testid=connection]")
    page.wait_for_timeout(seconds * 1000)
    api.import_roster()
    student = page.locator('[data-testid="need"], [data-testid="student"]').first.get_attribute("data-user-id") or ""
    # The link works once: the other browsers are signed in by the first one's cookie.
    signed_in = page.context.storage_state()
    page.context.close()
    address = addresses["dashboard_url"].partition("?")[0]
    for shot in SHOTS:
        page = browser.new_context(storage_state=signed_in, **shot.settings).new_page()
        view = f"student/{quote(student, safe='')}" if shot.view == "student" else shot.view
        page.goto(f"{address}#/class/{CLASS_ID}/{view}?{shot.query}")
        page.wait_for_selector("[data-testid=connection]")
        page.wait_for_timeout(SETTLE_MS)
        save(page, folder / f"{shot.name}.webp")
        # A refresh cookie works once; the next page gets the newest.
        signed_in = page.context.storage_state()
        page.context.close()
    photograph_me(browser, address, api.student_token(student), folder)


def photograph_me(browser: Browser, address: str, token: str, folder: Path) -> None:
    """Save the page on which a student sees what is kept."""
    page = browser.new_context(**ENGLISH).new_page()
    page.goto(f"{address}#/me")
    page.locator("input[type=password]").fill(token)
    page.locator("button[type=submit]").click()
    page.wait_for_selector("[data-testid=kept]")
    save(page, folder / "me.webp")
    page.context.close()


def main() -> int:
    """Take the screenshots; return the exit status."""
    parser = argparse.ArgumentParser(prog="make screenshot", description=__doc__)
    parser.add_argument("--students", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=150, help="how long the class works before the first picture")
    parser.add_argument("--speed", type=float, default=4, help="how much faster than a real class it works")
    parser.add_argument("--folder", type=Path, default=ROOT / "docs" / "images", help="where the pictures go")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        ready = Path(data) / "ready.json"
        command = [sys.executable, str(ROOT / "local_runner.py"), "--port", "0", "--data-dir", f"{data}/data"]
        with stopped_at_the_end([*command, "--ready-file", str(ready)]) as runner:
            addresses = wait_for(ready, runner)
            api = Api(addresses)
            demo = [sys.executable, "-m", "demo", "--ingest-url", addresses["ingest_url"]]
            demo += ["--students", str(options.students), "--speed", str(options.speed), "--class-id", CLASS_ID]
            with stopped_at_the_end(demo, INGEST_KEY=api.new_class()), chromium() as browser:
                photograph(browser, addresses, api, options.folder, options.seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
