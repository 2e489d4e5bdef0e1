"""One path for one notebook, however a client writes it."""

import re
import unicodedata

from classpulse.ingest.events import CLAIMED_PATH, MAX_PATH_LENGTH, Event

# A drive of JupyterLab's contents manager, such as `RTC:`; a URL is none, nor is `C:`, nor a title such as `Part: one`.
_DRIVE = re.compile(r"[A-Za-z][\w.+-]{1,63}:(?!//|\s)/?")
_URL = re.compile(r"[A-Za-z][\w.+-]{0,63}://")
_WINDOWS_DRIVE = re.compile(r"[a-z]:(?=/)")


def normalise_paths(event: Event) -> Event:
    """Normalise the paths of the event's notebook; claimedNotebookPath keeps what was sent, if that differs."""
    path, old = event.notebook_path, event.old_path
    fields = {"notebook_path": path and normal_path(path), "old_path": old and normal_path(old)}
    if fields == {"notebook_path": path, "old_path": old}:
        return event
    claimed = {} if fields["notebook_path"] == path else {CLAIMED_PATH: path}
    return event.replaced(fields, (event.model_extra or {}) | claimed)


def normal_path(path: str) -> str:
    """Return the path without a drive of JupyterLab, in Unicode's NFC, with plain slashes, and without detours.

    The same path, if nothing or too much would be left.
    """
    if _URL.match(path):
        return path
    normal, before = path, None
    # Without a detour, a path may begin with a drive.
    while normal != before:
        normal, before = _step(normal), normal
    return normal if 0 < len(normal) <= MAX_PATH_LENGTH else path


def _step(path: str) -> str:
    path = unicodedata.normalize("NFC", path).replace("\\", "/")
    if drive := _DRIVE.match(path):
        path = path[drive.end() :]
    if _WINDOWS_DRIVE.match(path):
        path = path[0].upper() + path[1:]
    root = "/" if path.startswith("/") else ""
    parts: list[str] = []
    for part in path.split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in ("", ".") and not (part == ".." and root):
            parts.append(part)
    return root + "/".join(parts)
