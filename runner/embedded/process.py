"""Starts child processes that end with the runner."""

import asyncio
import contextlib
import ctypes
import json
import os
import pwd
import signal
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from runner.errors import RunnerError

PR_SET_CHILD_SUBREAPER = 36
PR_GET_CHILD_SUBREAPER = 37
REAPING_ROUNDS = 5
CHILD = Path(__file__).parents[1] / "child.py"
# Not nobody first: much else runs as nobody, and could read the files of such a server.
UNPRIVILEGED = ("postgres", "redis", "daemon", "nobody")


@dataclass(frozen=True)
class Account:
    """The user that a process runs as. reach: it needs a capability to enter the directories that it uses.

    hidden, shown: the process sees each hidden directory empty but for the shown directories and files (on Linux).
    """

    uid: int
    gid: int
    reach: bool
    hidden: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()


def unprivileged_account(*needed: Path) -> Account | None:
    """Return the user to run servers as, because PostgreSQL refuses to run as root; None when the runner is not root.

    needed: directories and programs. Where the user may not enter one of them, the server keeps one capability.
    """
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        reach = not all(
            enterable(place, entry.pw_uid, entry.pw_gid) for path in needed for place in (path, *path.parents)
        )
        if reach and sys.platform != "linux":
            raise RunnerError(
                f"PostgreSQL refuses to run as root and runs as {name}, "
                f"who may not enter {' or '.join(map(str, needed))}: "
                "run as an ordinary user, or set DATABASE_URL and REDIS_URL"
            )
        return Account(entry.pw_uid, entry.pw_gid, reach)
    raise RunnerError(
        "PostgreSQL refuses to run as root and needs another user: create one named nobody, or set DATABASE_URL"
    )


def enterable(place: Path, uid: int, gid: int) -> bool:
    """Return whether the user may search the directory (execute it, if a program)."""
    status = place.stat()
    bit = 0o100 if status.st_uid == uid else 0o010 if status.st_gid == gid else 0o001
    return bool(status.st_mode & bit)


def with_view(account: Account, needed: Iterable[Path]) -> Account:
    """Return the account with a view of what it needs but may not reach: in place of directories that are closed to it.

    needed: absolute paths of directories and files. The view replaces the capability (`reach`).
    """
    hidden: set[Path] = set()
    shown: set[Path] = set()
    # A path and what its links lead to.
    for path in {form for place in needed for form in (place, place.resolve())}:
        closed = [place for place in path.parents if not enterable(place, account.uid, account.gid)]
        if closed:
            hidden.add(closed[-1])
            shown.add(path)
    outermost = [path for path in sorted(shown) if not any(parent in shown for parent in path.parents)]
    return Account(account.uid, account.gid, False, tuple(map(str, sorted(hidden))), tuple(map(str, outermost)))


def give_to(account: Account | None, directory: Path) -> None:
    """Create the directory, accessible to the account only; files of another owner, as in a backup, become its own."""
    directory.mkdir(mode=0o700, exist_ok=True)
    if account is None or directory.stat().st_uid == account.uid:
        return
    for folder, folders, files in os.walk(directory):
        for name in (*folders, *files):
            path = Path(folder, name)
            # A second name of a file could be the name of any file of this machine.
            if stat.S_ISDIR(path.lstat().st_mode) or path.lstat().st_nlink == 1:
                os.chown(path, account.uid, account.gid, follow_symlinks=False)
    # Last, so that an interrupted change is repeated.
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
    umask: int | None = None,
) -> asyncio.subprocess.Process:
    """Start the program in a new session, so that only the runner receives the terminal's Ctrl-C.

    output: its standard output and error; None inherits the runner's. memory: bytes that it may map (RLIMIT_DATA).
    umask: None inherits the runner's.
    When this is cancelled, it kills the process that it has started.
    """
    options = {
        "parent": os.getpid(),
        "signal": int(death_signal),
        "memory": memory,
        "umask": umask,
        "uid": account.uid if account else None,
        "gid": account.gid if account else None,
        "reach": account.reach if account else False,
        "hidden": account.hidden if account else (),
        "shown": account.shown if account else (),
    }
    starting = asyncio.create_task(
        asyncio.create_subprocess_exec(
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
    )
    try:
        # Without the shield, a cancelled call could leave a process that the event loop does not know.
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        process = await starting
        process.kill()
        await process.wait()
        raise


@contextlib.contextmanager
def no_orphans() -> Iterator[None]:
    """Adopt orphaned descendants (on Linux); at the end of the block, kill and reap every child started within it."""
    this = psutil.Process()
    former = set(this.children(recursive=True))
    adopted = _adopt_orphans(1)
    try:
        yield
    finally:
        for _ in range(REAPING_ROUNDS):
            # The children of a killed process become children of this one, and are found in the next round.
            left = [process for process in this.children(recursive=True) if process not in former]
            if not left:
                break
            for process in left:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
            psutil.wait_procs(left, timeout=1)
        _adopt_orphans(adopted)


def _adopt_orphans(adopt: int) -> int:
    """Set whether orphaned descendants become this process's children (prctl(2)); return whether they did before."""
    former = ctypes.c_int()
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(PR_GET_CHILD_SUBREAPER, ctypes.byref(former), 0, 0, 0)
        libc.prctl(PR_SET_CHILD_SUBREAPER, adopt, 0, 0, 0)
    return former.value


async def end_group(process: asyncio.subprocess.Process, number: signal.Signals, grace: float) -> bool:
    """Send the signal to the child's process group, and SIGKILL after `grace` seconds; reap the child.

    Returns whether the child ended without SIGKILL.
    """
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
    try:
        await asyncio.wait_for(process.wait(), grace)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        return False
    return True
