"""The data directory: one runner at a time, and keys that only its owner can read."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from runner.control.client import publish
from runner.embedded.data_dir import DataDir
from runner.errors import DataDirInUse, RunnerError
from runner.functions import function_log
from runner.functions.function_log import FunctionLog

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys, time
from pathlib import Path
from runner.embedded.data_dir import DataDir
held = DataDir(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(600)
"""


def test_a_second_runner_is_refused_with_the_process_that_holds_the_directory(tmp_path: Path) -> None:
    (tmp_path / "runner.lock").write_text("99999999999 of a runner long gone")
    held = DataDir(tmp_path)
    try:
        with pytest.raises(DataDirInUse, match=rf"in use by another runner \(pid {os.getpid()}\): .*--data-dir"):
            DataDir(tmp_path)
    finally:
        held.close()
    DataDir(tmp_path).close()


def test_a_killed_runner_releases_the_directory(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        try:
            assert holder.stdout.readline() == b"held\n"
            with pytest.raises(DataDirInUse, match=rf"pid {holder.pid}"):
                DataDir(tmp_path)
        finally:
            holder.kill()
    DataDir(tmp_path).close()


def test_keys_are_generated_once_and_private(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        first = DataDir(tmp_path / "new")
    finally:
        os.umask(before)
    key, other = first.key("redis"), first.key("postgres")
    assert key != other
    assert len(key) >= 32
    assert first.key("redis") == key
    path = tmp_path / "new" / "keys.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text()) == {"redis": key, "postgres": other}
    first.close()
    second = DataDir(tmp_path / "new")
    assert second.key("redis") == key
    assert sorted(file.name for file in second.path.iterdir()) == [".gitignore", "keys.json", "logs", "runner.lock"]
    assert (second.path / ".gitignore").read_text() == "*\n"
    second.close()


def open_to_others(folder: Path) -> list[Path]:
    return [path for path in (folder, *folder.rglob("*")) if path.lstat().st_mode & 0o077]


@pytest.mark.parametrize("umask", [0, 0o022, 0o077])
def test_nothing_in_the_data_directory_is_open_to_other_users(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        held = DataDir(tmp_path / "data")
        held.key("redis")
        log = FunctionLog("Fn", held.logs / "Fn.log")
        log.line("printed")
        log.close()
        publish(held, 1)
        held.close()
    finally:
        os.umask(before)
    assert open_to_others(tmp_path / "data") == []


def test_a_rotated_log_is_private_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(function_log, "MAX_BYTES", 500)
    (tmp_path / "logs").mkdir(mode=0o700)
    log = FunctionLog("Fn", tmp_path / "logs" / "Fn.log")
    for _ in range(20):
        log.line("x" * 100)
    log.close()
    assert len(list((tmp_path / "logs").iterdir())) == 1 + function_log.KEPT_FILES
    assert open_to_others(tmp_path / "logs") == []


def test_a_directory_that_is_open_to_others_is_closed_at_the_start(tmp_path: Path) -> None:
    """An earlier version left the directory, the logs and Redis's files open."""
    (tmp_path / "logs").mkdir()
    (tmp_path / "redis" / "appendonlydir").mkdir(parents=True)
    files = [tmp_path / name for name in ("keys.json", "logs/redis.log", "redis/appendonlydir/a.aof", ".gitignore")]
    for file in files:
        file.write_text("{}")
        file.chmod(0o666)
    for folder in (tmp_path, tmp_path / "logs", tmp_path / "redis", tmp_path / "redis" / "appendonlydir"):
        folder.chmod(0o777)
    outside = tmp_path.with_name(f"{tmp_path.name}-outside")
    outside.touch(mode=0o644)
    (tmp_path / "link").symlink_to(outside)
    DataDir(tmp_path).close()
    assert [path.name for path in open_to_others(tmp_path)] == ["link"]
    assert outside.stat().st_mode & 0o777 == 0o644


def test_a_directory_of_all_users_is_refused(tmp_path: Path) -> None:
    """To close /tmp to others would stop their programs."""
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o1777)
    with pytest.raises(RunnerError, match="belongs to all users of this machine: name another directory"):
        DataDir(tmp_path / "shared")
    assert (tmp_path / "shared").stat().st_mode & 0o777 == 0o777


def test_a_directory_that_cannot_be_created_is_reported_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunnerError, match=r"Not a directory: name another directory with --data-dir"):
        DataDir(tmp_path / "file" / "data")
