"""`restore`: unpack a file that `backup` has written into an empty data directory, beside today's journal.

The journal names, as keyed hashes, the students who were erased: the next start erases them again.
"""

import sys
import tarfile
from argparse import ArgumentParser, Namespace
from pathlib import Path

from runner.commands.backup import KEPT, POINTER
from runner.embedded.data_dir import JOURNAL, DataDir, write_private
from runner.errors import RunnerError

HELP = "unpack a backup into an empty data directory"


def add_options(parser: ArgumentParser) -> None:
    """Add the file, and where the journal is."""
    parser.add_argument("file", type=Path)
    journal = parser.add_mutually_exclusive_group()
    journal.add_argument(
        "--journal", type=Path, metavar="FILE", help=f"the {JOURNAL} of the directory that was backed up"
    )
    journal.add_argument(
        "--no-journal", action="store_true", help="the journal is lost: students erased since the backup come back"
    )


def run(options: Namespace) -> int:
    """Unpack a backup into an empty data directory."""
    held = DataDir(options.data_dir)
    try:
        if present := [name for name in KEPT if (held.path / name).exists()]:
            raise RunnerError(f"{held.path} already contains {', '.join(present)}: name another with --data-dir")
        _check(options.file)
        _bring_journal(options, held.path / JOURNAL)
        _unpack(options.file, held.path)
        (held.path / POINTER).unlink(missing_ok=True)
    finally:
        held.close()
    print(f"Restored {held.path} from {options.file}")
    if options.no_journal:
        print("No journal: students who were erased since the backup are stored again", file=sys.stderr)
    return 0


def _bring_journal(options: Namespace, target: Path) -> None:
    """Merge the journals that exist: the target's, and the named one or the backup's. Raises RunnerError."""
    if options.no_journal:
        return
    source = options.journal or _pointed(options.file)
    journals = [path for path in (target, source) if path is not None and path.is_file()]
    if not journals or (options.journal and options.journal not in journals):
        raise RunnerError(
            f"{source or target} does not exist, and without it erased students come back: name the journal of the"
            " directory that was backed up with --journal, or say with --no-journal that it is lost"
        )
    try:
        lines = [line for path in journals for line in path.read_text(encoding="utf-8").splitlines()]
        write_private(target, "".join(f"{line}\n" for line in dict.fromkeys(lines)))
    except (OSError, ValueError) as error:
        raise RunnerError(f"{source or target} cannot be read as a journal: {error}") from error


def _pointed(file: Path) -> Path | None:
    """Return where the backup says that its journal is."""
    with tarfile.open(file) as archive:
        if POINTER not in archive.getnames():
            return None
        member = archive.extractfile(POINTER)
        return Path(member.read().decode()) if member else None


def _check(file: Path) -> None:
    """Raises RunnerError if the file is no backup."""
    try:
        with tarfile.open(file) as archive:
            for member in archive.getmembers():
                if not _belongs(member):
                    raise RunnerError(f"{file} is not a backup of a data directory: it contains {member.name}")
    except (OSError, tarfile.TarError) as error:
        raise RunnerError(f"{file} cannot be unpacked: {error}") from error


def _unpack(file: Path, directory: Path) -> None:
    try:
        with tarfile.open(file) as archive:
            # Every member has been checked; owners are kept, because the servers must own their files.
            archive.extraction_filter = lambda member, _: member
            archive.extractall(directory)  # noqa: S202
    except (OSError, tarfile.TarError) as error:
        raise RunnerError(f"{file} cannot be unpacked: {error}") from error


def _belongs(member: tarfile.TarInfo) -> bool:
    """Return whether the member is a file or folder of KEPT, with a path inside the directory."""
    parts = Path(member.name).parts
    return (member.isfile() or member.isdir()) and parts[0] in (*KEPT, POINTER) and ".." not in parts
