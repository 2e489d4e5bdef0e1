"""Another process, of this user or of another one, that tries what it should not be able to do."""

import json
import os
import pwd
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest

# What the script needs is loaded before it changes its user, who may not be able to read Python's library.
SCRIPT = """
import encodings.idna, encodings.latin_1, json, os, signal, socket, sys

def send(port, text):
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(text.encode("latin-1"))
        answer = connection.recv(100_000)
        while answer[:5] == b"HTTP/" and (chunk := connection.recv(100_000)):
            answer += chunk
        return answer.decode("latin-1")

def read(path):
    with open(path, encoding="latin-1") as file:
        return file.read()

tries = {"send": send, "read": read, "list": os.listdir, "link": os.readlink, "signal": lambda pid: os.kill(pid, 0)}
user, attempts = json.loads(sys.argv[1])
if user is not None:
    os.setgroups([])
    os.setgid(user[1])
    os.setuid(user[0])
found = []
for name, *arguments in attempts:
    try:
        found.append(tries[name](*arguments))
    except OSError as error:
        found.append(type(error).__name__)
print(json.dumps(found))
"""
NOBODY = "nobody"


def attempt(*attempts: Sequence[Any], user: str | int | None = None) -> list[Any]:
    """Return what each attempt got in a new process: an answer, or the name of an OSError.

    Attempts are (send, port, text), (read, path), (list, path), (link, path) and (signal, pid).
    user: a name or a number, for which the test must run as root; None for this user.
    """
    account = pwd.getpwnam(user) if isinstance(user, str) else None
    given = [(account.pw_uid, account.pw_gid) if account else (user, user) if user else None, attempts]
    command = [sys.executable, "-c", SCRIPT, json.dumps(given, default=str)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    found: list[Any] = json.loads(answer.stdout)
    return found


def need_another_user() -> None:
    """Skip the test where no process can run as another user."""
    if os.geteuid() != 0:
        pytest.skip("the tests do not run as root: no other user can attack; run them as root, or in a container")


def request(port: int, line: str, body: str = "", **headers: str) -> tuple[str, int, str]:
    """Return the attempt to send an HTTP request. line: method and path."""
    given = {"host": f"127.0.0.1:{port}", "connection": "close", "content-length": str(len(body))} | headers
    lines = [f"{line} HTTP/1.1", *(f"{name.replace('_', '-')}: {value}" for name, value in given.items())]
    return "send", port, "\r\n".join([*lines, "", body])
