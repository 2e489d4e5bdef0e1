"""The documents: their links, pictures, index and examples."""

import os
import re
import subprocess
import sys
from pathlib import Path

import redis
from classpulse.core.redis import make_redis
from classpulse.progress.redis import RedisAnnouncer

from tests.builders import make_fact
from tests.documents import READMES, ROOT, blocks_of

ROOT_FILES = (ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md")
ALL = [*READMES, *ROOT_FILES, *(ROOT / "docs").rglob("*.md")]


def test_the_documented_listener_receives_the_announcements(redis_url: str) -> None:
    [program] = re.findall(
        r"```python\n(.*?)```", (ROOT / "docs" / "reference" / "announcements.md").read_text(), re.DOTALL
    )
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


def slugs_of(document: Path) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"(?m)^#+ (.*)$", document.read_text())
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links_of(document: Path) -> list[str]:
    return [target for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text()) if "://" not in target]


def test_every_link_between_the_documents_has_a_target() -> None:
    for document in ALL:
        for target in links_of(document):
            name, _, anchor = target.partition("#")
            place = document.parent / name if name else document
            assert place.exists(), f"{document.name}: {target}"
            assert not anchor or anchor in slugs_of(place), f"{document.name}: {target}"


def test_every_document_is_in_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    linked = {(index.parent / target.partition("#")[0]).resolve() for target in links_of(index)}
    for document in (ROOT / "docs").rglob("*.md"):
        assert document == index or {document, document.parent} & linked, document


def test_every_document_that_the_code_names_exists() -> None:
    named = re.compile(r"\bdocs/[\w/-]+\.md\b")
    sources = [ROOT / ".env.example", ROOT / "Makefile", *ROOT.glob("*.y*ml"), *ROOT.glob("*.py")]
    for folder in ("benchmarks", "demo", "functions", "infra", "layers", "runner", "scripts", "tests", "dashboard/src"):
        sources += [
            path for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".sql", ".ts", ".tsx", ".yaml"}
        ]
    for path in sources:
        for name in named.findall(path.read_text()):
            assert (ROOT / name).exists(), f"{path.relative_to(ROOT)}: {name}"


def test_both_readmes_say_the_same() -> None:
    english, japanese = READMES
    texts = [readme.read_text() for readme in READMES]
    commands, links = ([of(readme) for readme in READMES] for of in (commands_of, links_of))
    assert commands[0] == commands[1]
    # Each links to the other, and has screenshots in its language.
    assert links[0][0] == japanese.name
    assert links[1][0] == english.name
    assert links[0][1:] == [link.replace("-ja.webp", ".webp") for link in links[1][1:]]
    for mark in (r"(?m)^#+ ", r"(?m)^\|", r"(?m)^- ", r"`[^`]+`", r"<http[^>]+>"):
        assert len(re.findall(mark, texts[0])) == len(re.findall(mark, texts[1])), mark
    assert all(len(text.splitlines()) <= 80 for text in texts)


def commands_of(document: Path) -> list[list[str]]:
    return [command for block in blocks_of(document) for command in block.commands]


def test_every_picture_is_small_and_shown() -> None:
    pictures = {path.resolve() for path in (ROOT / "docs" / "images").iterdir()}
    shown = {(document.parent / target).resolve() for document in ALL for target in links_of(document)}
    assert pictures
    assert pictures <= shown, pictures - shown
    sizes = [picture.stat().st_size for picture in pictures]
    assert max(sizes) <= 150_000
    assert sum(sizes) <= 1_000_000


def test_every_threat_names_the_tests_of_its_mitigation() -> None:
    text = (ROOT / "docs" / "reference" / "security.md").read_text()
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
