"""Run a demo class and photograph its dashboard into build/: every page, in light, in dark and on a phone."""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from scripts.browser import chromium

# Until a page has fetched and painted what it shows.
SETTLE_MS = 2500

ROOT = Path(__file__).resolve().parents[1]
SHOTS = {
    "": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "-dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark", "locale": "ja-JP"},
    "-phone": {"viewport": {"width": 360, "height": 740}, "color_scheme": "light"},
}
PAGES = ("help", "grid", "progress", "errors", "student", "report")


@contextmanager
def stopped_at_the_end(command: list[str]) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a command for the length of a block."""
    process = subprocess.Popen(command, cwd=ROOT)  # noqa: S603
    try:
        yield process
    finally:
        process.terminate()
        process.wait(15)


def wait_for(path: Path, runner: subprocess.Popen[bytes]) -> dict[str, str]:
    """Return the ready file's content once it is there."""
    while not path.exists():
        if runner.poll() is not None:
            raise SystemExit(f"local_runner.py ended with {runner.returncode}")
        time.sleep(0.1)
    found: dict[str, str] = json.loads(path.read_text())
    return found


def photograph(url: str, folder: Path, seconds: float) -> None:
    """Open the page in each shape, let the class move, save what is seen."""
    folder.mkdir(exist_ok=True)
    with chromium() as browser:
        # The link works once: the other shapes are signed in by the first one's cookie.
        signed_in = None
        for number, (name, settings) in enumerate(SHOTS.items()):
            page = browser.new_context(storage_state=signed_in, **settings).new_page()  # type: ignore[arg-type]
            page.goto(url)
            page.wait_for_selector("[data-testid=connection]")
            signed_in = page.context.storage_state()
            page.wait_for_timeout(seconds * 1000 if number == 0 else SETTLE_MS)
            student = page.locator('[data-testid="need"], [data-testid="student"]').first.get_attribute("data-user-id")
            for view in PAGES:
                path = f"student/{quote(student or '', safe='')}" if view == "student" else view
                page.evaluate("(hash) => { location.hash = hash }", f"#/class/default/{path}")
                page.wait_for_timeout(SETTLE_MS)
                shot = folder / f"dashboard-{view}{name}.png"
                page.screenshot(path=shot, full_page=view == "report")
                print(shot)


def main() -> int:
    """Return the exit status."""
    parser = argparse.ArgumentParser(prog="make screenshot", description=__doc__)
    parser.add_argument("--students", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=60, help="how long the class works before the picture")
    parser.add_argument("--speed", type=float, default=3, help="how much faster than a real class it works")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready.json"
        command = [sys.executable, str(ROOT / "local_runner.py"), "--port", "0", "--data-dir", f"{folder}/data"]
        command += ["--ready-file", str(ready)]
        with stopped_at_the_end(command) as runner:
            found = wait_for(ready, runner)
            demo = [sys.executable, "-m", "demo", "--ingest-url", found["ingest_url"], "--speed", str(options.speed)]
            with stopped_at_the_end([*demo, "--students", str(options.students)]):
                photograph(found["dashboard_url"], ROOT / "build", options.seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
