"""Starting a child that dies with the runner."""

import asyncio
import json
import os
import pwd
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from runner.errors import RunnerError

CHILD = Path(__file__).parents[1] / "child.py"
UNPRIVILEGED = ("postgres", "redis", "nobody", "daemon")


@dataclass(frozen=True)
class Account:
    """Whom a server runs as. reach: it may not enter the directories on the way by its own rights."""

    uid: int
    gid: int
    reach: bool


def unprivileged_account(*needed: Path) -> Account | None:
    """Return whom to become, as PostgreSQL refuses to run as root; None when the runner is not root.

    needed: what the server has to read; where its directories shut the account out, the server keeps one capability.
    """
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        reach = not all(_enterable(path, entry.pw_uid, entry.pw_gid) for path in needed)
        return Account(entry.pw_uid, entry.pw_gid, reach)
    raise RunnerError(
        "run as root there must be a user to run PostgreSQL as: create one named nobody, or set DATABASE_URL"
    )


def _enterable(path: Path, uid: int, gid: int) -> bool:
    for directory in (path, *path.parents):
        if not directory.is_dir():
            continue
        status = directory.stat()
        bit = 0o100 if status.st_uid == uid else 0o010 if status.st_gid == gid else 0o001
        if not status.st_mode & bit:
            return False
    return True


def give_to(account: Account | None, directory: Path) -> None:
    """Make the directory, private, the account's own."""
    directory.mkdir(mode=0o700, exist_ok=True)
    if account is not None:
        os.chown(directory, account.uid, account.gid)


async def start_child(
    program: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    output: int | IO[bytes] | None,
    death_signal: signal.Signals = signal.SIGKILL,
    account: Account | None = None,
    memory: int | None = None,
) -> asyncio.subprocess.Process:
    """Start the program in a session of its own, so that the terminal's Ctrl-C reaches the runner alone.

    output: where it prints; None is where the runner does. memory: bytes that it may map at most (RLIMIT_DATA).
    """
    options = {
        "parent": os.getpid(),
        "signal": int(death_signal),
        "memory": memory,
        "uid": account.uid if account else None,
        "gid": account.gid if account else None,
        "reach": account.reach if account else False,
    }
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-S",
        str(CHILD),
        json.dumps(options),
        "--",
        *program,
        env=dict(env),
        cwd=cwd,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=output,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
