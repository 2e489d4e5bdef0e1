"""What the documents show works as it stands there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import redis
from classpulse.core.redis import make_redis
from classpulse.progress.redis import RedisAnnouncer

from tests.builders import make_fact

ROOT = Path(__file__).parents[2]


def test_the_listener_of_the_announcements_hears_what_is_stored(redis_url: str) -> None:
    [program] = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "announcements.md").read_text(), re.DOTALL)
    assert len([line for line in program.splitlines() if line]) <= 10
    listener = subprocess.Popen(
        [sys.executable, "-c", program], env=os.environ | {"REDIS_URL": redis_url}, stdout=subprocess.PIPE, text=True
    )
    try:
        client = redis.Redis.from_url(redis_url)
        while client.pubsub_numsub("progress_events") != [(b"progress_events", 1)]:
            assert listener.poll() is None
        client.close()
        announcer = make_redis(redis_url)
        RedisAnnouncer(announcer).announce(
            [make_fact("python-1", userId="ada", hasError=True, errorMessage="NameError: x")]
        )
        announcer.close()
        assert listener.stdout is not None
        assert listener.stdout.readline() == "python-1 ada cell_executed NameError: x\n"
    finally:
        listener.kill()
        listener.wait()
        assert listener.stdout is not None
        listener.stdout.close()


def test_every_link_between_the_documents_leads_somewhere() -> None:
    for document in [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text()):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_threat_names_the_tests_that_show_what_stands_against_it() -> None:
    text = (ROOT / "docs" / "security.md").read_text()
    [table] = re.findall(r"## Threats\n\n(.*?)\n\n", text, re.DOTALL)
    threats = table.splitlines()[2:]
    assert len(threats) >= 20
    known = {
        name for file in (ROOT / "tests").rglob("test_*.py") for name in re.findall(r"def (test_\w+)", file.read_text())
    }
    for threat in threats:
        named = set(re.findall(r"`(test_\w+)`", threat))
        assert named or "is not in CI" in threat, threat
        assert named <= known, f"no such test: {named - known}"
