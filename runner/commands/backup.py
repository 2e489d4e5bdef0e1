"""`backup`: databases, queues and keys of a data directory that no runner works in, in one file."""

import os
import tarfile
from argparse import ArgumentParser, Namespace
from pathlib import Path

from runner.embedded.data_dir import DataDir
from runner.errors import RunnerError

HELP = "write the data directory, keys included, to a file; no runner may be at work in it"
# Everything but what a start makes anew.
KEPT = ("keys.json", "postgres", "redis")
# Nine, the default, takes five times as long for two hundredths less.
COMPRESSION = 6


def add_options(parser: ArgumentParser) -> None:
    """Add the file."""
    parser.add_argument("file", type=Path)


def run(options: Namespace) -> int:
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
