"""A handler that does what its event says, the bad things too."""

import logging
import os
import signal
import subprocess
import sys
import time

_remembered = []


def handler(event, context):
    return globals()[f"do_{event['do']}"](event, context)


def do_answer(event, context):
    return {"value": event.get("value"), "pid": os.getpid(), "request": context.aws_request_id}


def do_time_left(event, context):
    return context.get_remaining_time_in_millis()


def do_sleep(event, context):
    began = time.time()
    time.sleep(event["seconds"])
    return {"pid": os.getpid(), "began": began, "ended": time.time()}


def do_raise(event, context):
    raise LookupError("no such pupil")


def do_hang(event, context):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("hanging in", os.getpid())
    while True:
        time.sleep(1)


def do_exit(event, context):
    os._exit(event["status"])


def do_kill(event, context):
    os.kill(os.getpid(), signal.SIGKILL)


def do_big(event, context):
    return "x" * event["size"]


def do_unserializable(event, context):
    return {1, 2, 3}


def do_log(event, context):
    log = logging.getLogger("school")
    log.warning("%d pupils", 3, extra={"team": "A"})
    try:
        do_raise(event, context)
    except LookupError:
        log.exception("a search failed")


def do_print(event, context):
    print(event["text"])
    print("to stderr", file=sys.stderr)


def do_write(event, context):
    sys.stdout.buffer.write(bytes(event["bytes"]))
    sys.stdout.buffer.flush()


def do_allocate(event, context):
    _remembered.extend(b"x" * 1024 * 1024 for _ in range(event["megabytes"]))
    time.sleep(60)


def do_spawn(event, context):
    """Leave a child behind that holds the worker's output open."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
    print("child", child.pid)
    if event.get("then") == "hang":
        time.sleep(120)
    return child.pid
