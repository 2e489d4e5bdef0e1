"""Whether a function's code has changed since its workers were started."""

import contextlib
import os
import time
from importlib.util import cache_from_source
from pathlib import Path

# A busy function does not scan its files at every invocation; no editor saves twice within this time.
LOOK_AGAIN_SECONDS = 0.05

# Path of each source file -> modification time in nanoseconds, size.
Fingerprint = dict[str, tuple[int, int]]


class CodeState:
    """Watches the folders of a function's code and layers by the modification times and sizes of their files."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = folders
        self._seen = self._fingerprint()
        self._looked = time.monotonic()

    def has_changed(self, *, at_once: bool = False) -> bool:
        """Return True once for each change. at_once: ignore LOOK_AGAIN_SECONDS, and scan now."""
        if not at_once and time.monotonic() - self._looked < LOOK_AGAIN_SECONDS:
            return False
        self._looked = time.monotonic()
        fingerprint = self._fingerprint()
        changed = {path for path, state in fingerprint.items() if self._seen.get(path) != state}
        gone = not self._seen.keys() <= fingerprint.keys()
        self._seen = fingerprint
        _forget_bytecode(changed)
        return gone or bool(changed)

    def _fingerprint(self) -> Fingerprint:
        fingerprint: Fingerprint = {}
        waiting = [str(folder) for folder in self._folders]
        while waiting:
            try:
                entries = list(os.scandir(waiting.pop()))
            except OSError:
                # An editor or a checkout is replacing the folder; the next scan finds it.
                continue
            for entry in entries:
                if entry.name.startswith((".", "__pycache__")):
                    continue
                # A link to a directory may form a cycle.
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                    continue
                try:
                    status = entry.stat()
                except OSError:
                    continue
                fingerprint[entry.path] = status.st_mtime_ns, status.st_size
        return fingerprint


def _forget_bytecode(paths: set[str]) -> None:
    """Remove cached bytecode: Python compares seconds and size, and two saves may have both in common."""
    for path in paths:
        if path.endswith(".py"):
            with contextlib.suppress(OSError):
                os.unlink(cache_from_source(path))
