"""`restore`: unpack a file that `backup` has written into an empty data directory."""

import tarfile
from argparse import ArgumentParser, Namespace
from pathlib import Path

from runner.commands.backup import KEPT
from runner.embedded.data_dir import DataDir
from runner.errors import RunnerError

HELP = "unpack a backup into an empty data directory"


def add_options(parser: ArgumentParser) -> None:
    """Add the file."""
    parser.add_argument("file", type=Path)


def run(options: Namespace) -> int:
    """Unpack a backup into an empty data directory."""
    held = DataDir(options.data_dir)
    try:
        if present := [name for name in KEPT if (held.path / name).exists()]:
            raise RunnerError(f"{held.path} already contains {', '.join(present)}: name another with --data-dir")
        _unpack(options.file, held.path)
    finally:
        held.close()
    print(f"Restored {held.path} from {options.file}")
    return 0


def _unpack(file: Path, directory: Path) -> None:
    try:
        with tarfile.open(file) as archive:
            for member in archive.getmembers():
                if not _belongs(member):
                    raise RunnerError(f"{file} is not a backup of a data directory: it contains {member.name}")
            # Every member has been checked; owners are kept, because the servers must own their files.
            archive.extraction_filter = lambda member, _: member
            archive.extractall(directory)  # noqa: S202
    except (OSError, tarfile.TarError) as error:
        raise RunnerError(f"{file} cannot be unpacked: {error}") from error


def _belongs(member: tarfile.TarInfo) -> bool:
    """Return whether the member is a file or folder of KEPT, with a path inside the directory."""
    parts = Path(member.name).parts
    return (member.isfile() or member.isdir()) and parts[0] in KEPT and ".." not in parts
