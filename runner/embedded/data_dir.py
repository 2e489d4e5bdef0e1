"""The data directory: used by one runner at a time, and readable by its owner only, whatever the umask is."""

import fcntl
import json
import os
import secrets
import stat
from pathlib import Path

from runner.errors import DataDirInUse, RunnerError

KEY_BYTES = 24
OTHERS = 0o077
# A file for what functions record outside the databases. Backups leave it out, so that a restore forgets none of it.
JOURNAL = "erasures.journal"


class DataDir:
    """A directory that this runner locks until close().

    postgres/ and redis/ hold the servers' data, logs/ a file for each server and function, keys.json the secrets.
    """

    def __init__(self, path: Path) -> None:
        """Raises DataDirInUse, RunnerError."""
        self.path = path.resolve()
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.path.stat().st_mode & stat.S_ISVTX:
                raise RunnerError(
                    f"{path} belongs to all users of this machine: name another directory with --data-dir"
                )
            _close_to_others(self.path)
            self.logs.mkdir(mode=0o700, exist_ok=True)
            (self.path / ".gitignore").write_text("*\n")
            self._lock = os.open(self.path / "runner.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise RunnerError(f"{path}: {error.strerror}: name another directory with --data-dir") from error
        self._take()
        self._tighten()

    @property
    def logs(self) -> Path:
        """The folder of the servers' and functions' logs."""
        return self.path / "logs"

    def _take(self) -> None:
        try:
            # The kernel releases the lock when the runner ends, even after kill -9.
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self._lock, 20, 0).decode().strip() or "unknown"
            os.close(self._lock)
            raise DataDirInUse(
                f"{self.path} is in use by another runner (pid {holder}): stop it, or name another with --data-dir"
            ) from None
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, str(os.getpid()).encode(), 0)

    def _tighten(self) -> None:
        """Close what an earlier version, or a wider umask, has left open. PostgreSQL closes its own directory."""
        for folder, folders, files in os.walk(self.path):
            for name in (*folders, *files):
                _close_to_others(Path(folder, name))
            if "postgres" in folders and Path(folder) == self.path:
                folders.remove("postgres")

    def key(self, name: str) -> str:
        """Return the secret of that name; the first call generates it: 192 bits, URL-safe."""
        path = self.path / "keys.json"
        keys: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        if name not in keys:
            keys[name] = secrets.token_urlsafe(KEY_BYTES)
            write_private(path, json.dumps(keys, indent=2) + "\n")
        return keys[name]

    def close(self) -> None:
        """Release the lock."""
        os.close(self._lock)


def _close_to_others(path: Path) -> None:
    status = path.lstat()
    if status.st_mode & OTHERS and not stat.S_ISLNK(status.st_mode):
        path.chmod(stat.S_IMODE(status.st_mode) & ~OTHERS)


def private(path: str, flags: int) -> int:
    """Open a file as open() does; a new one is readable by its owner only. Pass this to open() as its opener."""
    return os.open(path, flags, 0o600)


def write_private(path: Path, text: str) -> None:
    """Write the file atomically, readable by its owner only."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
