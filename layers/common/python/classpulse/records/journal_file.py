"""The ErasureJournal port on a file: a JSON object a line, appended and fsynced, readable by its owner only."""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from classpulse.core.errors import StoreUnavailable
from classpulse.core.moments import rfc3339
from classpulse.ingest.erasures import Tombstone

CREATE = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC


class FileJournal:
    """A file on a disk of ours. It stays out of backups: a restore must not forget the erasures after the backup."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, tombstones: Sequence[Tombstone]) -> None:
        """See ErasureJournal.append."""
        lines = [json.dumps({"student": one.digest, "erasedAt": rfc3339(one.erased_at)}) for one in tombstones]
        with self._locked(fcntl.LOCK_EX) as file:
            # A crash may have left part of a line, whose erasure was then never confirmed.
            os.ftruncate(file, _read(file).rfind(b"\n") + 1)
            os.write(file, "".join(f"{line}\n" for line in lines).encode())
            os.fsync(file)

    def read(self) -> list[Tombstone]:
        """See ErasureJournal.read."""
        with self._locked(fcntl.LOCK_SH) as file:
            content = _read(file)
        lines = content[: content.rfind(b"\n") + 1].splitlines()
        try:
            documents = [json.loads(line) for line in lines]
            return [Tombstone(found["student"], datetime.fromisoformat(found["erasedAt"])) for found in documents]
        except (ValueError, LookupError, TypeError) as error:
            raise StoreUnavailable(
                "a line of the erasure journal is damaged: restore the file from its copy"
            ) from error

    @contextmanager
    def _locked(self, kind: int) -> Iterator[int]:
        """Open the file, and create it if it does not exist, so that a missing file means a lost journal."""
        try:
            file = os.open(self._path, CREATE, 0o600)
            try:
                fcntl.flock(file, kind)
                yield file
            finally:
                os.close(file)
        except OSError as error:
            raise StoreUnavailable("the erasure journal cannot be read or written") from error


def _read(file: int) -> bytes:
    return os.pread(file, os.fstat(file).st_size, 0)
