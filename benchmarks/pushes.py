"""A push to a dashboard's socket: as ClassPulse signs and sends it, against boto3's client, in alternating rounds.

The figures are the processor's time of the thread that pushes; what answers runs in another one.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable

import boto3
from classpulse.live.apigateway import ApiGatewaySockets

from benchmarks.runner_measures import table
from benchmarks.stages import gateway
from runner.functions.environment import CREDENTIALS
from runner.template.intrinsics import REGION

TEXT = '{"type": "progress", "students": "' + "a" * 1500 + '"}'


def main() -> None:
    """Print medians and their ratio."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pushes", description=__doc__)
    parser.add_argument("--pushes", type=int, default=200, help="in a round (default 200)")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    os.environ.update(CREDENTIALS | {"AWS_DEFAULT_REGION": REGION})
    with gateway() as url:
        client, sockets = boto3.client("apigatewaymanagementapi", endpoint_url=url), ApiGatewaySockets(url)
        ways: dict[str, Callable[[], None]] = {
            "boto3's client": lambda: client.post_to_connection(ConnectionId="one=", Data=TEXT.encode()),
            "ClassPulse": lambda: sockets.push("one=", [TEXT]),
        }
        times: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(options.rounds):
            for name, push in ways.items():
                began = time.thread_time()
                for _ in range(options.pushes):
                    push()
                times[name].append((time.thread_time() - began) / options.pushes * 1000)
    base = statistics.median(times["boto3's client"])
    rows = [
        [
            name,
            f"{statistics.median(taken):.2f}",
            f"{min(taken):.2f}-{max(taken):.2f}",
            f"{statistics.median(taken) / base:.2f}",
        ]
        for name, taken in times.items()
    ]
    print(table(["a push", "median ms", "of rounds", "times boto3's"], rows))


if __name__ == "__main__":
    main()
