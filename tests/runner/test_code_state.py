"""Detection of changed source files."""

import os
import py_compile
from collections.abc import Callable
from pathlib import Path

import pytest

from runner.functions import code_state
from runner.functions.code_state import CodeState


@pytest.fixture(autouse=True)
def _look_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_state, "LOOK_AGAIN_SECONDS", 0)


def add(folder: Path) -> None:
    (folder / "new.py").write_text("1")


def remove(folder: Path) -> None:
    (folder / "a.py").unlink()


def change(folder: Path) -> None:
    (folder / "deep" / "b.py").write_text("22")


@pytest.mark.parametrize("touch", [add, remove, change])
def test_a_change_is_reported_once(tmp_path: Path, touch: Callable[[Path], None]) -> None:
    (tmp_path / "a.py").write_text("1")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.py").write_text("1")
    state = CodeState((tmp_path,))
    assert not state.has_changed()
    touch(tmp_path)
    assert state.has_changed()
    assert not state.has_changed()


def test_cache_and_swap_files_are_no_change(tmp_path: Path) -> None:
    state = CodeState((tmp_path, tmp_path / "not there"))
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_bytes(b"1")
    (tmp_path / ".a.py.swp").write_bytes(b"1")
    assert not state.has_changed()


def test_broken_and_circular_symlinks_are_ignored(tmp_path: Path) -> None:
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    (tmp_path / "itself").symlink_to(tmp_path)
    state = CodeState((tmp_path,))
    assert not state.has_changed()
    add(tmp_path)
    assert state.has_changed()


def test_the_cached_bytecode_of_a_changed_file_is_removed(tmp_path: Path) -> None:
    """Python compares seconds and the size only, which two saves may share; and new workers read its cache too."""
    for name in ("changed.py", "kept.py"):
        (tmp_path / name).write_text("1")
        py_compile.compile(str(tmp_path / name))
    state = CodeState((tmp_path,))
    (tmp_path / "changed.py").write_text("2")
    os.utime(tmp_path / "changed.py", ns=(0, (tmp_path / "changed.py").stat().st_mtime_ns + 1))
    assert state.has_changed()
    assert [path.name.partition(".")[0] for path in (tmp_path / "__pycache__").iterdir()] == ["kept"]
