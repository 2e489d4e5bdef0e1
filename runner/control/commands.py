"""The subcommands: invoke, logs, queues, dlq. Each returns an exit status and raises RunnerError."""

import json
import os
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from runner.control.client import ControlClient
from runner.errors import RunnerError

COLOURS = {"START": "\x1b[2m", "END": "\x1b[2m", "REPORT": "\x1b[36m", "ERROR": "\x1b[31m", "LINE": ""}
PLAIN = "\x1b[0m"
FOLLOW_SECONDS = 0.2
# What a line shows in a place of its own.
SAID = {"timestamp", "level", "message", "logger", "requestId", "location", "stackTrace", "errorType", "errorMessage"}


def invoke(options: Namespace) -> int:
    """Invoke a function with an event from a file (- is standard input) and print what it answers."""
    try:
        event = sys.stdin.buffer.read() if str(options.event) == "-" else options.event.read_bytes()
        json.loads(event or b"{}")
    except OSError as error:
        raise RunnerError(f"{options.event}: {error.strerror}") from error
    except ValueError as error:
        raise RunnerError(f"{options.event} is not JSON: {error}") from error
    client = ControlClient(options.data_dir)
    answer = client.request("POST", f"/2015-03-31/functions/{options.name}/invocations", event)
    print(json.dumps(answer.body, indent=2, ensure_ascii=False))
    return 1 if "x-amz-function-error" in answer.headers else 0


def queues(options: Namespace) -> int:
    """Print how full every queue is."""
    found = ControlClient(options.data_dir).request("GET", "/_runner/status").body["queues"]
    print(f"{'queue':34} {'waiting':>8} {'in flight':>10} {'oldest':>9}")
    for name, queue in sorted(found.items(), key=lambda item: (item[1].get("deadLettersOf") is not None, item[0])):
        if "error" in queue:
            print(f"{name:34} {queue['error']}")
            continue
        kind = "  (dead letters)" if queue["deadLettersOf"] else ""
        print(f"{name:34} {queue['waiting']:8} {queue['inFlight']:10} {queue['oldestSeconds']:8.0f}s{kind}")
    return 0


def dlq_list(options: Namespace) -> int:
    """Print the dead letters of one queue, or of all, one a line: id, age, reason, the beginning of the body."""
    client = ControlClient(options.data_dir)
    for queue in _dead_letter_queues(client, options.queue):
        letters = client.request("GET", f"/_runner/dead-letters/{queue}").body["letters"]
        print(f"{queue}: {len(letters)}")
        for letter in letters:
            reason = letter["attributes"].get("reason", "no reason given")
            body = letter["body"] if len(letter["body"]) <= 80 else letter["body"][:79] + "…"
            print(f"  {letter['letter_id']}  {reason}\n    {body}")
    return 0


def dlq_show(options: Namespace) -> int:
    """Print one dead letter as JSON, whole."""
    answer = ControlClient(options.data_dir).request("GET", f"/_runner/dead-letters/{options.queue}/{options.letter}")
    print(json.dumps(answer.body, indent=2, ensure_ascii=False))
    return 0


def dlq_redrive(options: Namespace) -> int:
    """Send one dead letter, mended or as it is, or all of a queue, to where it came from."""
    if options.body is None:
        return _each(options, "POST", "sent again")
    if options.letter == "all":
        raise RunnerError("--body mends one letter: name it")
    try:
        body = options.body.read_bytes()
    except OSError as error:
        raise RunnerError(f"{options.body}: {error.strerror}") from error
    path = f"/_runner/dead-letters/{options.queue}/{options.letter}"
    ControlClient(options.data_dir).request("POST", path, body)
    print(f"{options.letter} mended and sent again")
    return 0


def dlq_drop(options: Namespace) -> int:
    """Delete one dead letter, or all of a queue."""
    return _each(options, "DELETE", "dropped")


def _each(options: Namespace, method: str, done: str) -> int:
    client = ControlClient(options.data_dir)
    letters = [options.letter]
    if options.letter == "all":
        found = client.request("GET", f"/_runner/dead-letters/{options.queue}").body["letters"]
        letters = [letter["letter_id"] for letter in found]
    for letter in letters:
        client.request(method, f"/_runner/dead-letters/{options.queue}/{letter}")
        print(f"{letter} {done}")
    return 0


def _dead_letter_queues(client: ControlClient, wanted: str | None) -> list[str]:
    if wanted is not None:
        return [wanted]
    found: dict[str, Any] = client.request("GET", "/_runner/status").body["queues"]
    return sorted(name for name, queue in found.items() if queue.get("deadLettersOf"))


def logs(options: Namespace) -> int:
    """Print a function's log: in colour on a terminal, as JSON lines otherwise."""
    path = options.data_dir / "logs" / f"{options.name}.log"
    try:
        with path.open(encoding="utf-8") as file:
            for line in file.readlines()[-options.lines :]:
                _show(line)
            if options.follow:
                for line in _following(path, file):
                    _show(line)
    except FileNotFoundError:
        known = sorted(found.stem for found in path.parent.glob("*Function*.log"))
        raise RunnerError(f"there is no log of {options.name}: {', '.join(known) or 'nothing has run here'}") from None
    except KeyboardInterrupt:
        return 0
    return 0


def _following(path: Path, file: IO[str]) -> Iterator[str]:
    """Yield lines as they come; go on in the new file when the log is rotated."""
    while True:
        if line := file.readline():
            yield line
        elif path.exists() and path.stat().st_ino != _inode(file):
            with path.open(encoding="utf-8") as renewed:
                yield from _following(path, renewed)
        else:
            time.sleep(FOLLOW_SECONDS)


def _inode(file: IO[str]) -> int:
    return os.fstat(file.fileno()).st_ino


def _show(line: str) -> None:
    if not sys.stdout.isatty():
        print(line, end="", flush=True)
        return
    found = json.loads(line)
    colour = COLOURS.get(found["kind"], "")
    print(f"{colour}{found['time'][11:23]} {readable_line(found)}{PLAIN}", flush=True)


def readable_line(found: dict[str, Any]) -> str:
    """Return a log line as Lambda writes it."""
    kind = found["kind"]
    if kind in {"LINE", "ERROR"}:
        return _readable_entry(found["entry"]) if "entry" in found else str(found["message"])
    text = f"{kind} RequestId: {found['requestId']}"
    if kind == "REPORT":
        text += f"  Duration: {found['durationMs']} ms  Billed Duration: {found['billedDurationMs']} ms"
        text += f"  Memory Size: {found['memorySizeMB']} MB"
        if "maxMemoryUsedMB" in found:
            text += f"  Max Memory Used: {found['maxMemoryUsedMB']} MB"
        if "initDurationMs" in found:
            text += f"  Init Duration: {found['initDurationMs']} ms"
    return text


def _readable_entry(entry: dict[str, Any]) -> str:
    """Return a structured log entry as a person reads it: level, message, traceback, then what else it says."""
    rest = {name: value for name, value in entry.items() if name not in SAID}
    extra = "  ".join(f"{name}={value}" for name, value in rest.items())
    trace = "".join(["\n", *entry["stackTrace"]]) if entry.get("stackTrace") else ""
    error = f"\n{entry.get('errorType')}: {entry.get('errorMessage')}" if entry.get("errorType") else ""
    return f"{entry.get('level', 'INFO')} {entry.get('message', '')}  {extra}{trace}{error}".rstrip()
