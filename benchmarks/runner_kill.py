"""Messages that a queue keeps when the process is killed (`kill -9`) and started again: the runner and MiniStack.

The runner's consumer is suspended, so that only the queue has the events; after the restart they must be stored.
MiniStack runs with PERSIST_STATE=1, and reports how many messages its queue has.
"""

import argparse
import tempfile
from pathlib import Path

import psutil

from benchmarks.runner_events import cell_run
from benchmarks.runner_measures import occasion, table
from benchmarks.runner_rival import client_of, ministack, version
from benchmarks.runner_stack import running

CLASS = "killed"
CONSUMER = "ConsumeFunction"
QUEUE = "killed"


def kept_by_runner(folder: Path, count: int) -> int:
    """Return how many of `count` accepted events are stored in the end."""
    with running(folder, "--max-workers", "1") as stack:
        for member in stack.members():
            if member.name == CONSUMER:
                psutil.Process(member.pid).suspend()
        for number in range(count):
            stack.post([cell_run(f"student-{number}@example.edu", CLASS)])
        if stack.stored(CLASS):
            raise SystemExit("the consumer was not suspended in time")
        stack.kill()
    with running(folder) as stack:
        stack.settle()
        return len(set(stack.stored(CLASS)))


def kept_by_ministack(folder: Path, count: int) -> int:
    """Return how many of `count` sent messages the queue still has."""
    with ministack(folder) as (process, port):
        client = client_of("sqs", port)
        address = client.create_queue(QueueName=QUEUE)["QueueUrl"]
        for number in range(count):
            client.send_message(QueueUrl=address, MessageBody=str(number))
        process.kill()
    with ministack(folder) as (_, port):
        client = client_of("sqs", port)
        found = client.list_queues(QueueNamePrefix=QUEUE).get("QueueUrls", [])
        name = "ApproximateNumberOfMessages"
        return sum(
            int(client.get_queue_attributes(QueueUrl=address, AttributeNames=[name])["Attributes"][name])
            for address in found
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.runner_kill", description=__doc__)
    parser.add_argument("--count", type=int, default=50, help="messages in the queue (default 50)")
    options = parser.parse_args()
    print(f"{occasion()}\n{version()}\n")
    rows = []
    for name, kept in (("the runner", kept_by_runner), ("MiniStack", kept_by_ministack)):
        with tempfile.TemporaryDirectory() as folder:
            rows.append([name, f"{options.count}", f"{kept(Path(folder), options.count)}"])
    print(table(["kill -9", "messages before", "messages after"], rows))


if __name__ == "__main__":
    main()
