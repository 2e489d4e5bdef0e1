"""`python -m runner` in a folder that contains only a copy of runner/ from this project."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from tests.e2e.stack import REPLACEMENTS, eventually

ROOT = Path(__file__).parents[2]
HELLO = Path(__file__).parent / "hello"
OF_THE_PROJECT = ("PYTHONPATH", *REPLACEMENTS)
STOP_SECONDS = 30


class Lifted:
    """A running runner. ready: the contents of its ready file."""

    def __init__(self, folder: Path, process: "subprocess.Popen[str]") -> None:
        self.folder = folder
        self.process = process
        eventually(lambda: self.ready_file.exists() or process.poll() is not None)
        assert process.poll() is None, self.output
        self.ready: dict[str, Any] = json.loads(self.ready_file.read_text())

    @property
    def ready_file(self) -> Path:
        return self.folder / "ready.json"

    @property
    def output(self) -> str:
        return (self.folder / "output.txt").read_text()

    @property
    def data(self) -> set[str]:
        """The entries of the data directory."""
        return {path.name for path in Path(self.ready["data_dir"]).iterdir()}

    def programs(self) -> set[str]:
        """The names of the runner's child processes."""
        return {process.name() for process in psutil.Process(self.process.pid).children(recursive=True)}

    def command(self, *arguments: str) -> str:
        """Run one of the runner's commands against it; return its output."""
        command = [sys.executable, "-m", "runner", *arguments]
        found = subprocess.run(command, cwd=self.folder, env=environment(), capture_output=True, text=True, check=True)
        return found.stdout

    def interrupt(self) -> int:
        """Press Ctrl-C; return the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(STOP_SECONDS)


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in OF_THE_PROJECT}


def copy_runner(folder: Path) -> None:
    shutil.copytree(ROOT / "runner", folder / "runner", ignore=shutil.ignore_patterns("__pycache__"))


@contextmanager
def lifted(
    folder: Path, *options: str, python: Sequence[str] = (sys.executable,), variables: Mapping[str, str] | None = None
) -> Iterator[Lifted]:
    """Run the runner in a folder with the copy and a template for the length of a block."""
    command = [*python, "-m", "runner", "--port", "0", "--ready-file", "ready.json", *options]
    with (folder / "output.txt").open("w") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment() | dict(variables or {}), stdout=output, stderr=output, text=True
        )
    try:
        yield Lifted(folder, process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(STOP_SECONDS)
