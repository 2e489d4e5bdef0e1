"""A handler that does what its event says, including misbehaviour."""

import http.client
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any, NoReturn, Protocol

Event = dict[str, Any]
_remembered: list[bytes] = []


class Context(Protocol):
    """What the functions use of Lambda's context object."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int: ...


def handler(event: Event, context: Context) -> object:
    does: Callable[[Event, Context], object] = globals()[f"do_{event['do']}"]
    return does(event, context)


def do_answer(event: Event, context: Context) -> dict[str, object]:
    return {"value": event.get("value"), "pid": os.getpid(), "request": context.aws_request_id}


def do_time_left(event: Event, context: Context) -> int:
    return context.get_remaining_time_in_millis()


def do_sleep(event: Event, context: Context) -> dict[str, object]:
    began = time.time()
    time.sleep(event["seconds"])
    return {"pid": os.getpid(), "began": began, "ended": time.time()}


def do_raise(event: Event, context: Context) -> NoReturn:
    raise LookupError("no such pupil")


def do_hang(event: Event, context: Context) -> NoReturn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("hanging in", os.getpid())
    while True:
        time.sleep(1)


def do_exit(event: Event, context: Context) -> NoReturn:
    os._exit(event["status"])


def do_kill(event: Event, context: Context) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def do_big(event: Event, context: Context) -> str:
    return "x" * int(event["size"])


def do_unserializable(event: Event, context: Context) -> set[int]:
    return {1, 2, 3}


def do_log(event: Event, context: Context) -> None:
    log = logging.getLogger("school")
    log.warning("%d pupils", 3, extra={"team": "A"})
    try:
        do_raise(event, context)
    except LookupError:
        log.exception("a search failed")


def do_print(event: Event, context: Context) -> None:
    print(event["text"])
    print("to stderr", file=sys.stderr)


def do_write(event: Event, context: Context) -> None:
    sys.stdout.buffer.write(bytes(event["bytes"]))
    sys.stdout.buffer.flush()


def do_allocate(event: Event, context: Context) -> None:
    _remembered.extend(b"x" * 1024 * 1024 for _ in range(event["megabytes"]))
    time.sleep(60)


def do_spawn(event: Event, context: Context) -> int:
    """Leave a child behind that holds the worker's output open."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
    print("child", child.pid)
    if event.get("then") == "hang":
        time.sleep(120)
    return child.pid


def do_variable(event: Event, context: Context) -> str | None:
    return os.environ.get(event["name"])


def do_ask_the_runtime_api(event: Event, context: Context) -> int:
    """Return the status of a response to an invocation that does not exist, sent by this process or by its child."""
    address = os.environ["AWS_LAMBDA_RUNTIME_API"]
    if event["by"] == "child":
        code = f"import handler; print(handler.ask({address!r}))"
        return int(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout)
    return ask(address)


def ask(address: str) -> int:
    connection = http.client.HTTPConnection(address, timeout=10)
    connection.request("POST", "/2018-06-01/runtime/invocation/none/response")
    return connection.getresponse().status
