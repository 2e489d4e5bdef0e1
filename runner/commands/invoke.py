"""`invoke`: invoke a function of the runner that uses the data directory."""

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from runner.control.client import ControlClient
from runner.errors import RunnerError

HELP = "invoke a function: invoke NAME --event FILE"


def add_options(parser: ArgumentParser) -> None:
    """Add the function's name and the event."""
    parser.add_argument("name")
    parser.add_argument("--event", type=Path, required=True, metavar="FILE", help="JSON; - reads standard input")


def run(options: Namespace) -> int:
    """Invoke a function with an event from a file (- is standard input) and print its answer.

    The exit status is 1 when the function failed. Raises RunnerError.
    """
    try:
        event = sys.stdin.buffer.read() if str(options.event) == "-" else options.event.read_bytes()
        json.loads(event or b"{}")
    except OSError as error:
        raise RunnerError(f"{options.event}: {error.strerror}") from error
    except ValueError as error:
        raise RunnerError(f"{options.event} is not JSON: {error}") from error
    client = ControlClient(options.data_dir)
    answer = client.request("POST", f"/2015-03-31/functions/{options.name}/invocations", event)
    print(json.dumps(answer.body, indent=2, ensure_ascii=False))
    return 1 if "x-amz-function-error" in answer.headers else 0
