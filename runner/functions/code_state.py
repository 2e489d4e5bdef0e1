"""Whether a function's code has changed since its workers were started."""

import contextlib
import os
import time
from importlib.util import cache_from_source
from pathlib import Path

# A person who saves a file is never this quick, and a busy function does not look for changes all the time.
LOOK_AGAIN_SECONDS = 0.05

# Of each source file, its time in nanoseconds and its size.
Fingerprint = dict[str, tuple[int, int]]


class CodeState:
    """Watches the folders of a function's code and layers by looking at the times of their files."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = folders
        self._seen = self._fingerprint()
        self._looked = time.monotonic()

    def has_changed(self, *, at_once: bool = False) -> bool:
        """Return True once for each change; `at_once`: look, however short ago that was done."""
        if not at_once and time.monotonic() - self._looked < LOOK_AGAIN_SECONDS:
            return False
        self._looked = time.monotonic()
        found = self._fingerprint()
        changed = {path for path, state in found.items() if self._seen.get(path) != state}
        gone = not self._seen.keys() <= found.keys()
        self._seen = found
        _forget_bytecode(changed)
        return gone or bool(changed)

    def _fingerprint(self) -> Fingerprint:
        found: Fingerprint = {}
        waiting = [str(folder) for folder in self._folders]
        while waiting:
            try:
                entries = list(os.scandir(waiting.pop()))
            except OSError:
                # A folder that is being replaced by an editor or a checkout; it is there at the next look.
                continue
            for entry in entries:
                if entry.name.startswith((".", "__pycache__")):
                    continue
                # A link to a directory may lead round in a circle.
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                    continue
                try:
                    status = entry.stat()
                except OSError:
                    continue
                found[entry.path] = status.st_mtime_ns, status.st_size
        return found


def _forget_bytecode(paths: set[str]) -> None:
    """Remove what Python has cached: it goes by whole seconds and the size, and two saves may have both in common."""
    for path in paths:
        if path.endswith(".py"):
            with contextlib.suppress(OSError):
                os.unlink(cache_from_source(path))
