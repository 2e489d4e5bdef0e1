"""`./local_runner.py` started with the system's Python, which lacks the packages."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which python3 is a Python without packages."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, symlinks=True)
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return kept | {"PATH": f"{folder / 'bin'}:{os.defpath}"}


def queues(script: Path, environment: dict[str, str], data_dir: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(script), "--data-dir", str(data_dir), "queues"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def project(folder: Path) -> Path:
    """Copy the script and its imports, but not .venv; return the script."""
    for name in ("runner", "scripts"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return Path(shutil.copy(ROOT / "local_runner.py", folder))


def test_the_script_finds_the_virtual_environment_after_make_run(bare: dict[str, str], tmp_path: Path) -> None:
    script = project(tmp_path)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    found = queues(script, bare, tmp_path / "nobody")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith("local_runner.py: no runner works in")


def test_before_make_run_the_script_names_the_command(bare: dict[str, str], tmp_path: Path) -> None:
    found = queues(project(tmp_path), bare, tmp_path / "nobody")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr == "local_runner.py: its Python packages are not installed: run `make run` once first\n"


def test_a_virtual_environment_without_the_packages_causes_no_endless_restart(
    bare: dict[str, str], tmp_path: Path
) -> None:
    script = project(tmp_path)
    venv.create(tmp_path / ".venv", symlinks=True)
    found = queues(script, bare, tmp_path / "nobody")
    assert (found.returncode, "run `make run` once first" in found.stderr) == (2, True)


def test_the_script_is_executable() -> None:
    assert os.access(ROOT / "local_runner.py", os.X_OK)
