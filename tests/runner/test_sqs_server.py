"""The tests' SQS endpoint hides a received message from every other request, as SQS does."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from moto.sqs.models import Message

from runner.sources.sqs.endpoint import sqs_client

MESSAGES = 10


def test_two_concurrent_requests_never_receive_the_same_message(
    sqs_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide = Message.mark_received

    def hide_late(self: Message, **options: Any) -> None:
        # Long enough for another request to find the visible message.
        time.sleep(0.02)
        hide(self, **options)

    monkeypatch.setattr(Message, "mark_received", hide_late)
    client = sqs_client(sqs_endpoint)
    url = client.create_queue(QueueName=f"shared-{uuid.uuid4().hex}")["QueueUrl"]
    for number in range(MESSAGES):
        client.send_message(QueueUrl=url, MessageBody=str(number))

    def receive(_: int) -> list[str]:
        return [message["Body"] for message in client.receive_message(QueueUrl=url).get("Messages", [])]

    with ThreadPoolExecutor(4) as receivers:
        received = [body for bodies in receivers.map(receive, range(MESSAGES)) for body in bodies]
    client.close()
    assert sorted(received, key=int) == [str(number) for number in range(MESSAGES)]
