"""The SQS endpoint of the tests keeps SQS's promise: a message that was received is hidden from everybody else."""

import sys
import uuid
from concurrent.futures import ThreadPoolExecutor

from runner.sources.sqs import sqs_client

MESSAGES = 120


def test_of_many_that_receive_at_one_time_only_one_gets_a_message(sqs_endpoint: str) -> None:
    client = sqs_client(sqs_endpoint)
    url = client.create_queue(QueueName=f"shared-{uuid.uuid4().hex}")["QueueUrl"]
    for number in range(MESSAGES):
        client.send_message(QueueUrl=url, MessageBody=str(number))

    def receive(_: int) -> list[str]:
        return [message["Body"] for message in client.receive_message(QueueUrl=url).get("Messages", [])]

    # Threads take turns as often as on a busy machine.
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as receivers:
            received = [body for bodies in receivers.map(receive, range(MESSAGES)) for body in bodies]
    finally:
        sys.setswitchinterval(usual)
    client.close()
    assert sorted(received, key=int) == [str(number) for number in range(MESSAGES)]
