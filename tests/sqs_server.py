"""An SQS endpoint for tests: moto's, with one fix: two concurrent requests never receive the same message."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from moto.server import ThreadedMotoServer
from moto.sqs.models import Message, SQSBackend

LOOK_AGAIN_SECONDS = 0.02

_one_at_a_time = threading.Lock()
_receive = SQSBackend.receive_message


def receive_message(
    self: SQSBackend, queue_name: str, count: int, wait_seconds_timeout: int, *arguments: Any
) -> list[Message]:
    """Receive as moto does, but atomically: moto finds a visible message and hides it in two steps, without a lock."""
    deadline = time.monotonic() + wait_seconds_timeout
    while True:
        with _one_at_a_time:
            found: list[Message] = _receive(self, queue_name, count, 0, *arguments)
        if found or time.monotonic() >= deadline:
            return found
        time.sleep(LOOK_AGAIN_SECONDS)


@contextmanager
def sqs_server() -> Iterator[str]:
    """Serve on a free port for the length of a block; yield the endpoint."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    with patch.object(SQSBackend, "receive_message", receive_message):
        server.start()
        try:
            _, port = server.get_host_and_port()
            yield f"http://127.0.0.1:{port}"
        finally:
            server.stop()
