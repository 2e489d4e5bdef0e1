"""Run a script with the packages of .venv, also when the system's Python has started it.

It imports only the standard library, and has to parse on a Python that is older than the project's.
"""

import os
import signal
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

UNUSABLE = 2


def need(root: Path, packages: Iterable[str]) -> None:
    """Return when all packages can be imported; otherwise start again with root/.venv, or end with one line."""
    if all(find_spec(name) for name in packages):
        return
    virtual = root / ".venv"
    python = virtual / "bin" / "python"
    if not python.exists() or Path(sys.prefix).resolve() == virtual.resolve():
        name = Path(sys.argv[0]).name
        print(f"{name}: its Python packages are not installed: run `make run` once first", file=sys.stderr)
        sys.exit(UNUSABLE)
    # Python's own start would answer Ctrl-C with a traceback; the script unblocks it.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    os.execv(python, [str(python), *sys.argv])  # noqa: S606 - no shell on purpose
