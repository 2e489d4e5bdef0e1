"""`queues`: the depth of every queue."""

from argparse import ArgumentParser, Namespace

from runner.control.client import ControlClient

HELP = "how many messages wait in each queue"


def add_options(parser: ArgumentParser) -> None:
    """Add nothing."""
    del parser


def run(options: Namespace) -> int:
    """Print the depth of every queue. Raises RunnerError."""
    queues = ControlClient(options.data_dir).request("GET", "/_runner/status").body["queues"]
    print(f"{'queue':34} {'waiting':>8} {'in flight':>10} {'oldest':>9}")
    for name, queue in sorted(queues.items(), key=lambda item: (item[1].get("deadLettersOf") is not None, item[0])):
        if "error" in queue:
            print(f"{name:34} {queue['error']}")
            continue
        kind = "  (dead letters)" if queue["deadLettersOf"] else ""
        print(f"{name:34} {queue['waiting']:8} {queue['inFlight']:10} {queue['oldestSeconds']:8.0f}s{kind}")
    return 0
