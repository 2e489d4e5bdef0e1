"""The data directory: one runner at a time, and keys that only its owner can read."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from runner.embedded.data_dir import DataDir
from runner.errors import DataDirInUse, RunnerError

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


def test_a_directory_that_cannot_be_created_is_reported_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunnerError, match=r"Not a directory: name another directory with --data-dir"):
        DataDir(tmp_path / "file" / "data")
