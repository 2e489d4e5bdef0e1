"""Rules of the house that no other tool checks: modules are short, and the tests mirror the package."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "layers" / "common" / "python" / "classpulse"
LONGEST = 300
SOURCES = {".py", ".ts", ".tsx", ".mjs"}
# Written by a program: `make wire-types`.
GENERATED = "dashboard/src/generated/"
# Folders of tests of what is not in the package.
OTHERS = {"demo", "benchmarks"}


def sources() -> list[str]:
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    return [name for name in names if Path(name).suffix in SOURCES and (ROOT / name).exists()]


def test_no_module_is_too_long() -> None:
    lengths = {name: (ROOT / name).read_text().count("\n") for name in sources() if not name.startswith(GENERATED)}
    assert len(lengths) > 400
    too_long = {name: length for name, length in lengths.items() if length > LONGEST}
    assert too_long == {}, f"split by subject: no module has more than {LONGEST} lines"


@pytest.mark.parametrize("kind", ["unit", "contract"])
def test_the_tests_mirror_the_package(kind: str) -> None:
    subjects = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    folders = {path.relative_to(ROOT / "tests" / kind).parts[0] for path in (ROOT / "tests" / kind).glob("*/*.py")}
    assert folders
    assert folders - OTHERS <= subjects, "name a folder of tests after the subject that it tests"


def test_no_folder_of_tests_is_a_package() -> None:
    """Namespace packages keep modules of one name in several folders apart, for mypy and for pytest."""
    packages = {name for name in sources() if name.startswith("tests/") and name.endswith("__init__.py")}
    assert packages <= {"tests/fakes/__init__.py"}


def test_every_ignored_type_says_which_and_why() -> None:
    unexplained = [
        f"{name}: {line.strip()}"
        for name in sources()
        if name.startswith(("tests/", "benchmarks/")) and name.endswith(".py")
        for line in (ROOT / name).read_text().splitlines()
        if "# type: " + "ignore" in line and not ("# type: " + "ignore[" in line and line.count("#") > 1)
    ]
    assert unexplained == []
