"""A function's log: its output and Lambda's START, END and REPORT lines, as JSON lines in logs/<function>.log.

https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
"""

import json
import logging
import math
import time
from collections.abc import Callable
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from runner.embedded.data_dir import private
from runner.functions.outcome import Outcome, Timing
from runner.template.model import Function

log = logging.getLogger("runner.functions")

MAX_BYTES = 10 * 1024 * 1024
KEPT_FILES = 2


OnMetrics = Callable[[dict[str, Any]], None]


class _PrivateFile(RotatingFileHandler):
    """A rotated file that only its owner may read."""

    def _open(self) -> TextIOWrapper:
        # The base class opens it so too, apart from the permissions.
        return open(self.baseFilename, self.mode, encoding=self.encoding, errors=self.errors, opener=private)  # type: ignore[return-value]


class FunctionLog:
    """Appends to a rotated file. The terminal shows each failure once, with the handler's traceback.

    on_metrics is called with the lines in CloudWatch's embedded metric format. on_terminal is False while the caller of
    the function reports its failures.
    """

    def __init__(self, name: str, path: Path, on_metrics: OnMetrics = lambda document: None) -> None:  # noqa: ARG005
        self._name = name
        self._on_metrics = on_metrics
        self.on_terminal = True
        self._handler = _PrivateFile(path, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8")
        self._handler.setFormatter(logging.Formatter("%(message)s"))

    def line(self, text: str) -> None:
        """Write a line that the function printed; a JSON object stays an object."""
        entry = _object(text)
        if entry is None:
            self._write("LINE", message=text)
        elif "_aws" in entry:
            self._on_metrics(entry)
        else:
            self._write("LINE", entry=entry)

    def start(self, request_id: str) -> None:
        """Write Lambda's START line."""
        self._write("START", requestId=request_id, version="$LATEST")

    def report(self, request_id: str, timing: Timing, function: Function, outcome: Outcome) -> None:
        """Write Lambda's END and REPORT lines, and the error of a failed invocation."""
        milliseconds = timing.duration * 1000
        fields: dict[str, Any] = {
            "requestId": request_id,
            "durationMs": round(milliseconds, 2),
            "billedDurationMs": math.ceil(milliseconds),
            "memorySizeMB": function.memory,
        }
        if timing.max_memory is not None:
            fields["maxMemoryUsedMB"] = math.ceil(timing.max_memory / 2**20)
        if timing.init is not None:
            fields["initDurationMs"] = round(timing.init * 1000, 2)
        if outcome.failed:
            fields["status"] = "error"
        self._append(self._entry("END", requestId=request_id), self._entry("REPORT", **fields))
        if outcome.failed:
            self.error(outcome.payload, request_id)

    def error(self, document: bytes, request_id: str | None = None) -> None:
        """Write and show an error document of the Runtime API."""
        if b'"stackTrace"' not in document:
            # The runtime client has printed errors with a traceback; timeouts and exits it has not.
            self._write("ERROR", requestId=request_id, message=readable(document))
        if self.on_terminal:
            log.error("%s failed: %s", self._name, readable(document))

    def close(self) -> None:
        """Close the file."""
        self._handler.close()

    def _write(self, kind: str, **fields: Any) -> None:
        self._append(self._entry(kind, **fields))

    def _append(self, *entries: str) -> None:
        self._handler.emit(logging.LogRecord("", 0, "", 0, "\n".join(entries), None, None))

    def _entry(self, kind: str, **fields: Any) -> str:
        now = time.time()
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1000):03d}Z"
        return json.dumps({"time": moment, "function": self._name, "kind": kind, **fields}, ensure_ascii=False)


def _object(text: str) -> dict[str, Any] | None:
    if not text.startswith("{"):
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def readable(document: bytes) -> str:
    """Return an error document as Python prints it: the traceback, then type and message."""
    try:
        error = json.loads(document)
        trace = "".join(error.get("stackTrace") or [])
        last = f"{error.get('errorType', 'Error')}: {error.get('errorMessage', '')}"
    except (ValueError, AttributeError):
        return document.decode(errors="replace")
    return f"\n{trace}{last}" if trace else last


def headline(document: bytes) -> str:
    """Return the type and the first line of the message of an error document."""
    try:
        error = json.loads(document)
        message = str(error.get("errorMessage", "")).strip().partition("\n")[0]
        return f"{error.get('errorType', 'Error')}: {message}"
    except (ValueError, AttributeError):
        return document.decode(errors="replace").partition("\n")[0]
