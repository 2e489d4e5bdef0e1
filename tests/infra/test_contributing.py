"""CONTRIBUTING.md names existing files and tests; CI and the hooks use the commands of the Makefile."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.text_files import faults_of

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "layers" / "common" / "python" / "classpulse"
TEXT = (ROOT / "CONTRIBUTING.md").read_text()
[TABLE] = re.findall(r"\| X \| Where.*\n\|---\|---\|\n((?:\|.*\n)+)", TEXT)
ROWS: dict[str, str] = dict(re.findall(r"^\| \[([^\]]+)\]\S*(?: \(to come\))? \| (.*) \|$", TABLE, re.MULTILINE))
TO_COME = set(re.findall(r"^\| \[([^\]]+)\]\S* \(to come\) \|", TABLE, re.MULTILINE))
WORKFLOW: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
HOOKS: dict[str, Any] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())


def found(path: str) -> list[Path]:
    """Return the files of a path in the table, below the root or the package; <name> matches any name."""
    pattern = re.sub(r"<\w+>", "*", path.rstrip("/"))
    return [
        match
        for folder in (ROOT, PACKAGE)
        for match in folder.glob(pattern)
        if not match.name.startswith("__") and match.is_dir() == path.endswith("/")
    ]


def test_the_table_has_a_row_for_each_kind_of_change() -> None:
    assert len(ROWS) == len(TABLE.splitlines()) == 11
    assert sorted(TO_COME) == ["a detector"]
    assert set(re.findall(r"^### (.*)$", TEXT, re.MULTILINE)) == {row[0].upper() + row[1:] for row in ROWS}


@pytest.mark.parametrize("row", sorted(ROWS.keys() - TO_COME))
def test_every_path_of_the_table_exists(row: str) -> None:
    paths = re.findall(r"`([^`]+)`", ROWS[row])
    assert paths
    assert [path for path in paths if not found(path)] == []


def test_every_file_that_a_recipe_names_exists() -> None:
    recipes = TEXT.split("### A detector")[0]
    paths = [path for path in re.findall(r"`([\w./-]+/(?:[\w.-]+)?)`", recipes) if path not in {".venv/", "insight/"}]
    commands = [word for line in re.findall(r"-m pytest (.*)", recipes) for word in re.findall(r"tests/[\w./-]+", line)]
    assert len(paths) > 40
    assert sorted(path for path in {*paths, *commands} if not found(path) and not found(f"{path}/")) == []


def test_every_test_that_a_recipe_names_exists() -> None:
    known = {
        name for file in (ROOT / "tests").rglob("test_*.py") for name in re.findall(r"def (test_\w+)", file.read_text())
    }
    assert set(re.findall(r"`(test_\w+)`", TEXT)) <= known


def test_every_command_that_is_named_is_one_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {name for line in re.findall(r"`make ([a-z -]+)`", TEXT) for name in line.split()} <= targets


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "SECURITY.md"])
def test_every_link_has_a_target(name: str) -> None:
    text = (ROOT / name).read_text()
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    headings = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    for link in links:
        path, _, heading = link.partition("#")
        assert (ROOT / path).exists(), link
        if not path:
            assert heading in headings


def test_ci_runs_its_script_on_the_oldest_and_the_newest_python() -> None:
    [job] = WORKFLOW["jobs"].values()
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    [(oldest, first_unknown)] = re.findall(r"^>=3\.(\d+),<3\.(\d+)$", project["requires-python"])
    assert job["strategy"]["matrix"]["python"] == [f"3.{oldest}", f"3.{int(first_unknown) - 1}"]
    assert re.fullmatch(r"python:\$\{\{ matrix\.python \}\}-\w+", job["container"]), "the tests need Debian's packages"


def test_ci_has_read_permission_only_and_a_time_limit() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    for job in WORKFLOW["jobs"].values():
        assert "permissions" not in job
        assert job["timeout-minutes"] == 90
        for step in job["steps"]:
            assert "uses" not in step or re.fullmatch(r"actions/[\w-]+@v\d+", step["uses"])


def test_the_hooks_use_the_tools_that_make_installs() -> None:
    hooks = [hook for repository in HOOKS["repos"] for hook in repository["hooks"]]
    assert {repository["repo"] for repository in HOOKS["repos"]} == {"local"}
    assert {hook["language"] for hook in hooks} == {"system"}
    assert {hook["id"] for hook in hooks} >= {"text-files", "ruff-check", "ruff-format", "import-linter", "biome"}
    assert all(".venv/" in hook["entry"] for hook in hooks)


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.txt", b"one", "does not end with exactly one line break"),
        ("a.txt", b"one\n\n", "does not end with exactly one line break"),
        ("a.txt", b"one\r\n", "has carriage returns"),
        ("a.py", b"one \ntwo\n", "has blanks at the end of line 1"),
        ("a.yml", b"a: [1\n", "is not YAML"),
    ],
)
def test_a_faulty_text_file_is_named_with_its_fault(tmp_path: Path, name: str, content: bytes, fault: str) -> None:
    (tmp_path / name).write_bytes(content)
    answer = subprocess.run(
        [sys.executable, ROOT / "scripts" / "text_files.py", tmp_path / name],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert answer.stdout.startswith(f"{tmp_path / name} {fault}")


def test_our_own_text_files_have_no_faults() -> None:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = [ROOT / name for name in names.split("\0") if name and not name.startswith("dashboard/src/generated/")]
    texts = [path for path in files if path.is_file() and b"\0" not in path.read_bytes()]
    assert [(path.name, fault) for path in texts for fault in faults_of(path)] == []
