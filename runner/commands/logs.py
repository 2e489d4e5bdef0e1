"""`logs`: a function's output, with Lambda's START, END and REPORT lines."""

import json
import os
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from runner.errors import RunnerError
from runner.stores import SERVERS

HELP = "a function's log: in colour on a terminal, JSON lines otherwise"
COLOURS = {"START": "\x1b[2m", "END": "\x1b[2m", "REPORT": "\x1b[36m", "ERROR": "\x1b[31m", "LINE": ""}
PLAIN = "\x1b[0m"
FOLLOW_SECONDS = 0.2
# Fields that a line shows in fixed positions.
SAID = {"timestamp", "level", "message", "logger", "requestId", "location", "stackTrace", "errorType", "errorMessage"}


def add_options(parser: ArgumentParser) -> None:
    """Add the function's name, the number of lines, and whether to follow."""
    parser.add_argument("name")
    parser.add_argument("--lines", type=int, default=50, help="how many lines from the end (default %(default)s)")
    parser.add_argument("--follow", action="store_true", help="follow the log until Ctrl-C")


def run(options: Namespace) -> int:
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
        known = sorted(log.stem for log in path.parent.glob("*.log") if log.stem not in SERVERS)
        raise RunnerError(f"there is no log of {options.name}; there are {', '.join(known) or 'no logs'}") from None
    except KeyboardInterrupt:
        return 0
    return 0


def _following(path: Path, file: IO[str]) -> Iterator[str]:
    """Yield new lines; continue in the new file when the log is rotated."""
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
    record = json.loads(line)
    colour = COLOURS.get(record["kind"], "")
    print(f"{colour}{record['time'][11:23]} {readable_line(record)}{PLAIN}", flush=True)


def readable_line(record: dict[str, Any]) -> str:
    """Return a log line as Lambda writes it."""
    kind = record["kind"]
    if kind in {"LINE", "ERROR"}:
        return _readable_entry(record["entry"]) if "entry" in record else str(record["message"])
    text = f"{kind} RequestId: {record['requestId']}"
    if kind == "REPORT":
        text += f"  Duration: {record['durationMs']} ms  Billed Duration: {record['billedDurationMs']} ms"
        text += f"  Memory Size: {record['memorySizeMB']} MB"
        if "maxMemoryUsedMB" in record:
            text += f"  Max Memory Used: {record['maxMemoryUsedMB']} MB"
        if "initDurationMs" in record:
            text += f"  Init Duration: {record['initDurationMs']} ms"
    return text


def _readable_entry(entry: dict[str, Any]) -> str:
    """Return a structured log entry as text: level, message and other fields, then the traceback."""
    rest = {name: value for name, value in entry.items() if name not in SAID}
    extra = "  ".join(f"{name}={value}" for name, value in rest.items())
    trace = "".join(["\n", *entry["stackTrace"]]) if entry.get("stackTrace") else ""
    error = f"\n{entry.get('errorType')}: {entry.get('errorMessage')}" if entry.get("errorType") else ""
    return f"{entry.get('level', 'INFO')} {entry.get('message', '')}  {extra}{trace}{error}".rstrip()
