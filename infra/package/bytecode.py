"""Bytecode beside the sources: /opt is read-only on Lambda, so each cold start would compile what it imports.

The bytecode is unchecked and hash-based: Python loads it without reading the source, and builds are reproducible.
https://docs.python.org/3/reference/import.html#pyc-invalidation
"""

import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from infra.package.dependencies import MACHINES, Target

# Where Lambda unpacks layers.
PLACE = "/opt"
PROGRAM = "import platform, sys; print('%d.%d' % sys.version_info[:2], platform.python_version())"


def interpreter_of(target: Target) -> Path | None:
    """Return a Python of the target's version; None if this machine has none."""
    for name in (sys.executable, f"python{target.python}"):
        if (path := shutil.which(name)) and _version(path)[:1] == [target.python]:
            return Path(path)
    return None


def version_of(python: Path) -> str:
    """Return the version, such as 3.13.1."""
    return _version(str(python))[1]


def runs_here(target: Target) -> bool:
    """Return whether this machine can run the target's wheels."""
    return sys.platform == "linux" and platform.machine() == MACHINES[target.architecture]


def _version(python: str) -> list[str]:
    ran = subprocess.run([python, "-I", "-S", "-c", PROGRAM], capture_output=True, text=True, check=False)  # noqa: S603
    return ran.stdout.split()


def compiled(files: Mapping[str, bytes], python: Path) -> dict[str, bytes]:
    """Return the files, with the bytecode of the Python files added."""
    with tempfile.TemporaryDirectory() as work:
        for name, content in files.items():
            Path(work, name).parent.mkdir(parents=True, exist_ok=True)
            Path(work, name).write_bytes(content)
        command = [str(python), "-I", "-S", "-m", "compileall", "-qq", "--invalidation-mode", "unchecked-hash"]
        # It fails on files for another Python version; those stay uncompiled.
        subprocess.run([*command, "-s", work, "-p", PLACE, work], check=False, capture_output=True)  # noqa: S603
        bytecode = {path.relative_to(work).as_posix(): path.read_bytes() for path in Path(work).rglob("*.pyc")}
    return {**files, **bytecode}
