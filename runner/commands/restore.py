"""`restore`: unpack what `backup` has written into an empty data directory."""

import tarfile
from argparse import ArgumentParser, Namespace
from pathlib import Path

from runner.commands.backup import KEPT
from runner.embedded.data_dir import DataDir
from runner.errors import RunnerError

HELP = "unpack such a file into an empty data directory; no runner may be at work in it"


def add_options(parser: ArgumentParser) -> None:
    """Add the file."""
    parser.add_argument("file", type=Path)


def run(options: Namespace) -> int:
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
