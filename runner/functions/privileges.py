"""The users that workers run as when the runner is root: one for each function, that nothing else runs as.

An existing user such as nobody would share the workers' memory and environment with whatever else runs as it.
"""

import asyncio
import compileall
import json
import os
import pwd
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import psutil

from runner.embedded.process import Account, start_child, with_view
from runner.errors import RunnerError
from runner.template.model import Function

# Neither distributions nor systemd assign these: https://systemd.io/UIDS-GIDS/
USERS = range(60_706, 61_184)
# A file that a variable names: as a whole, or as a parameter of a URL.
FILE = re.compile(r"(?:^|=)(/[^?&#\s]+)")
RUNTIME = Path(__file__).parent
# Runs as the worker's user; prints what the user may not read.
PROBE = """
import json, os, sys
for path, complete in json.loads(sys.argv[1]):
    for folder, folders, files in [(path, [], []), *(os.walk(path) if complete else [])]:
        for name in ("", *folders, *files):
            found = os.path.join(folder, name) if name else folder
            if not os.access(found, os.R_OK | (os.X_OK if os.path.isdir(found) else 0)) and not os.path.islink(found):
                sys.exit(f"the user {os.getuid()} may not read {found}")
"""


class StaysRoot(RunnerError):
    """Raise when workers cannot run as another user."""


async def worker_accounts(by_name: Mapping[str, Function]) -> dict[str, Account]:
    """Return the user for the workers of each function; none when the runner is not root. Raises StaysRoot."""
    if os.geteuid() != 0 or not by_name:
        return {}
    functions = by_name.values()
    code = sorted({_absolute(folder) for function in functions for folder in (function.code, *function.layers)})
    files = {file for function in functions for file in _files_in(function.environment)}
    own = {name: _own_files_in(function.environment) for name, function in by_name.items()}
    python = {_absolute(Path(place)) for place in (sys.prefix, sys.base_prefix, Path(sys.executable).resolve().parent)}
    first, *others = _free_users(len(by_name))
    account = _account(first, [*code, *files, *set().union(*own.values()), *python, RUNTIME])
    # Bytecode that the workers may not write, and would make again at each cold start.
    await asyncio.to_thread(_compile, code)
    await _probe(account, [(str(path), True) for path in code] + [(str(path), False) for path in (*files, *python)])
    # Apart from its own files, each may read what the first one may.
    accounts = [account, *(replace(account, uid=user, gid=user) for user in others)]
    of_functions = dict(zip(by_name, accounts, strict=True))
    for name, paths in own.items():
        for path in paths:
            os.chown(path, of_functions[name].uid, of_functions[name].gid)
    return of_functions


def _account(user: int, needed: Iterable[Path]) -> Account:
    account = with_view(Account(user, user, reach=False), needed)
    if account.hidden and sys.platform != "linux":
        raise StaysRoot(f"the user {user} may not enter {account.hidden[0]}")
    return account


def _free_users(count: int) -> list[int]:
    used = {entry.pw_uid for entry in pwd.getpwall()}
    for process in psutil.process_iter(["uids"]):
        used.update(process.info["uids"] or ())
    free = [user for user in USERS if user not in used][:count]
    if len(free) < count:
        raise StaysRoot(f"fewer than {count} users from {USERS.start} to {USERS.stop - 1} are unused")
    return free


def _files_in(environment: dict[str, str]) -> set[Path]:
    """Return the existing files that variables name, such as a certificate in a URL."""
    names = {unquote(name) for value in environment.values() for name in FILE.findall(value)}
    return {Path(name) for name in names if os.path.isfile(name)}


def _own_files_in(environment: dict[str, str]) -> set[Path]:
    """Return the files that variables name by a `file:` URL, created if they do not exist; the function writes them."""
    urls = [urlsplit(value) for value in environment.values() if value.startswith("file:")]
    paths = {Path(url2pathname(url.path)) for url in urls}
    for path in paths:
        path.touch(mode=0o600)
    return paths


def _absolute(path: Path) -> Path:
    # Not resolve(): the worker is given the path as it is, with its links.
    return Path(os.path.abspath(path))


def _compile(folders: Iterable[Path]) -> None:
    for folder in folders:
        compileall.compile_dir(folder, quiet=2)


async def _probe(account: Account, paths: list[tuple[str, bool]]) -> None:
    """Try to become the user and to read the paths. Raises StaysRoot."""
    readable, written = os.pipe()
    with os.fdopen(readable, "rb") as output:
        try:
            process = await start_child(
                [sys.executable, "-I", "-S", "-c", PROBE, json.dumps(paths)],
                env={"PATH": os.defpath},
                cwd=Path(paths[0][0]),
                output=written,
                account=account,
            )
        finally:
            os.close(written)
        status = await process.wait()
        text = output.read().decode(errors="replace").strip()
    if status != 0:
        reason = text.splitlines()[-1] if text else f"a process of the user {account.uid} ends with {status}"
        # What follows is advice for servers.
        raise StaysRoot(reason.partition(": run as")[0])
