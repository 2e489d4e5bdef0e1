"""JSON bodies of about a mebibyte that take much more room once they are parsed, and a limit of memory."""

import json
import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
MEGABYTE = 2**20
SIZE = 980_000
EVENT = {"eventId": "e", "eventType": "cell_executed", "eventTime": "2026-01-01T09:00:00Z", "userId": "ada"}


def filled(unit: bytes, size: int = SIZE) -> bytes:
    """Return an array of as many units as have room."""
    return b"[" + (unit + b",") * (size // (len(unit) + 1) - 1) + unit + b"]"


def in_event(*members: bytes, **fields: object) -> bytes:
    """Return a batch of one event with these members."""
    event = json.dumps(EVENT | fields).encode()
    return b"[" + b",".join([event[:-1], *members]) + b"}]"


def keys(number: int, value: bytes = b"{}") -> bytes:
    """Return as many members, each with a name of its own."""
    return b",".join(b'"%x":%s' % (place, value) for place in range(number))


BODIES = {
    "no events": filled(b"{}"),
    "numbers instead of events": filled(b"0"),
    "no events, in UTF-16": filled(b"{}").decode()[: SIZE // 2].rstrip(",").encode("utf-16") + "]".encode("utf-16-le"),
    "a hundred objects of many keys": b"[" + b",".join([b"{" + keys(900) + b"}"] * 100) + b"]",
    "objects in metadata": in_event(b'"metadata":{"a":' + filled(b'{"a":{}}') + b"}"),
    "objects in metadata, and a lone surrogate": in_event(
        b'"metadata":{"s":"\\ud800","a":' + filled(b'{"a":{}}') + b"}"
    ),
    "many keys": in_event(keys(80_000)),
    "many keys of an invalid event": in_event(keys(80_000), eventTime=1),
    "the same key many times": in_event(b",".join([b'"x":{}'] * 140_000)),
    "deep arrays": b"[" * SIZE,
    "deep objects": b'{"a":' * (SIZE // 5),
    "a long number": b"[" + b"9" * SIZE + b"]",
    "many long numbers": in_event(b'"metadata":{"a":' + filled(b"9" * 4000) + b"}"),
    "a long number in an event": in_event(b'"metadata":{"a":' + b"9" * SIZE + b"}"),
    "escapes": in_event(b'"code":"' + b"\\u3042" * (SIZE // 6) + b'"'),
    "a hundred events of many fields that are no JSON": b"["
    + b",".join([json.dumps(EVENT).encode()[:-1] + b"," + keys(700, b"NaN") + b"}"] * 100)
    + b"]",
    "many fields of a client that always sends an address": in_event(
        b'"emailAddress":"a","hasError":false,"executionDurationMs":1', keys(80_000)
    ),
    "a list of short lines": in_event(b'"result":' + filled(b'"a"')),
    "lines and a carriage return": in_event(b'"result":"' + b"\\n" * (SIZE // 2) + b'\\r"'),
    "carriage returns": in_event(b'"result":"' + b"\\r" * (SIZE // 2) + b'"'),
    "colours that are overwritten": in_event(b'"result":"' + b"\\ra\\u001b[1m" * (SIZE // 13) + b'"'),
    "moves up and far lines": in_event(
        b'"result":"' + b"\\n" * (SIZE // 10) + b"a" * (SIZE // 3) + b"\\u001b[Aa\\u001b[9999999C" * (SIZE // 60) + b'"'
    ),
    "wide characters that are overwritten": in_event(b'"result":"' + "あ".encode() * (SIZE // 3 - 9) + b'\\ra"'),
    "a secret that never ends": in_event(b'"code":"' + b"eyJ" * (SIZE // 3) + b'"'),
}


def run_within(megabytes: int, program: str) -> str:
    """Run a program in a process that may allocate that much more once it calls limit(); return its output."""
    preamble = (
        f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'layers/common/python')!r}]\n"
        f"from tests.hostile_json import BODIES, limit\ndef limited(): limit({megabytes})\n"
    )
    ran = subprocess.run([sys.executable, "-c", preamble + program], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def limit(megabytes: int) -> None:
    """Let this process allocate that much more, and no more."""
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + megabytes * MEGABYTE,) * 2)
