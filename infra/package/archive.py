"""Reproducible zip archives: the same files give the same bytes, on every machine and at any time."""

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

# The earliest time that a zip archive can store.
TIME = (1980, 1, 1, 0, 0, 0)
# Lambda's user is neither owner nor group, so files must be readable by others.
# https://docs.aws.amazon.com/lambda/latest/dg/python-package.html
MODE = 0o100644
UNIX = 3
LEFT_OUT = ("__pycache__", ".pyc", ".pyo", ".DS_Store")


@dataclass(frozen=True)
class Archive:
    """An archive. unzipped: the size of its files, in bytes."""

    content: bytes
    unzipped: int

    @property
    def digest(self) -> str:
        """The SHA-256, as hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


def files_in(folder: Path, prefix: str = "") -> dict[str, bytes]:
    """Return the folder's files by their name in the archive, without Python's caches."""
    return {prefix + path.relative_to(folder).as_posix(): path.read_bytes() for path in _paths(folder)}


def _paths(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and not any(part.endswith(LEFT_OUT) for part in path.relative_to(folder).parts):
            yield path


def zipped(files: Mapping[str, bytes]) -> Archive:
    """Return the files as an archive: sorted, with the same time and mode."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = UNIX
            entry.external_attr = MODE << 16
            archive.writestr(entry, files[name], compresslevel=9)
    return Archive(target.getvalue(), sum(map(len, files.values())))


def unzipped(content: bytes) -> Archive:
    """Return an existing archive from its bytes."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return Archive(content, sum(entry.file_size for entry in archive.infolist()))
