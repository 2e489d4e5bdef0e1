"""Backup and restore of a data directory that no runner works in: databases, queues and keys, in one file."""

import os
import tarfile
from argparse import Namespace
from pathlib import Path

from runner.embedded.data_dir import DataDir
from runner.errors import RunnerError

# Everything but what a start makes anew.
KEPT = ("keys.json", "postgres", "redis")
# Nine, the default, takes five times as long for two hundredths less.
COMPRESSION = 6


def backup(options: Namespace) -> int:
    """Write the data directory to a new file, readable by its owner alone."""
    if not (options.data_dir / "keys.json").exists():
        raise RunnerError(f"{options.data_dir} holds nothing to back up: name another with --data-dir")
    held = DataDir(options.data_dir)
    try:
        draft = options.file.with_name(f".{options.file.name}.draft")
        draft.unlink(missing_ok=True)
        with (
            os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
            tarfile.open(fileobj=file, mode="w:gz", compresslevel=COMPRESSION) as archive,
        ):
            for name in KEPT:
                if (held.path / name).exists():
                    archive.add(held.path / name, name)
        draft.replace(options.file)
    except OSError as error:
        raise RunnerError(f"{options.file}: {error.strerror}") from error
    finally:
        held.close()
    print(f"{options.file} holds {held.path}, with its keys: keep it as safe as them")
    return 0


def restore(options: Namespace) -> int:
    """Unpack a backup into a data directory that holds nothing yet."""
    held = DataDir(options.data_dir)
    try:
        if present := [name for name in KEPT if (held.path / name).exists()]:
            raise RunnerError(f"{held.path} holds {', '.join(present)} already: name an empty one with --data-dir")
        _unpack(options.file, held.path)
    finally:
        held.close()
    print(f"{held.path} is as it was in {options.file}")
    return 0


def _unpack(file: Path, directory: Path) -> None:
    try:
        with tarfile.open(file) as archive:
            for member in archive.getmembers():
                if not _belongs(member):
                    raise RunnerError(f"{file} is no backup of a data directory: it holds {member.name}")
            # Each member has been looked at; owners are kept, as the servers' files have to stay the servers' own.
            archive.extraction_filter = lambda member, _: member
            archive.extractall(directory)  # noqa: S202
    except (OSError, tarfile.TarError) as error:
        raise RunnerError(f"{file} cannot be unpacked: {error}") from error


def _belongs(member: tarfile.TarInfo) -> bool:
    """Return whether it is a plain file or a directory of ours, and stays within the directory."""
    parts = Path(member.name).parts
    return (member.isfile() or member.isdir()) and parts[0] in KEPT and ".." not in parts
