"""Run a simulated class: students who open a notebook, run cells, make mistakes, raise hands and lose the network."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import FrameType

from demo.client import Client
from demo.outbox import Outbox
from demo.play import Run, play

UNUSABLE = 2
EPILOG = """\
examples:
  python -m demo --ingest-url http://127.0.0.1:8000/api/v1/events
  python -m demo --ingest-url http://127.0.0.1:8000/api/v1/events --students 1000 --seed 7 --speed 5 --minutes 10

The same seed gives the same class and the same actions; event ids are new in every run. A line every ten seconds
counts the events that were posted (retries included), accepted, rejected, retried and are waiting. Ctrl-C stops it.
Exit status: 0 when events were accepted; 1 when none was; 2 when the server refuses the address or the key.
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    command = argparse.ArgumentParser(
        prog="python -m demo",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = command.add_argument
    add("--ingest-url", required=True, metavar="URL", help="where events are posted: http://host:port/api/v1/events")
    add(
        "--ingest-key",
        metavar="KEY",
        default=os.environ.get("INGEST_KEY"),
        help="the ingest key, if the server requires one; better in INGEST_KEY: other users can read command lines",
    )
    add("--students", type=_at_least_one, default=40, metavar="N", help="how many students (default %(default)s)")
    add("--seed", type=int, default=1, metavar="S", help="seed of the simulation (default %(default)s)")
    add("--speed", type=_positive, default=1.0, metavar="X", help="seconds of class time in one second (default 1)")
    add("--class-id", metavar="C", help="the class id (default: the server's default class)")
    add("--minutes", type=_positive, metavar="M", help="stop after so many minutes (default: at Ctrl-C)")
    return command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the class; return the exit status."""
    options = parser().parse_args(arguments)
    try:
        client = Client(options.ingest_url, options.ingest_key)
    except ValueError as error:
        parser().error(str(error))
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop(stopping))
    outbox = Outbox(client.post)
    run = Run(datetime.now(UTC), options.students, options.seed, options.speed, options.class_id)
    play(run, outbox, stopping, options.minutes * 60 if options.minutes else float("inf"))
    if outbox.unwelcome:
        print(f"python -m demo: {options.ingest_url} accepts no events: {outbox.problem}", file=sys.stderr)
        return UNUSABLE
    return 0 if outbox.counts["accepted"] else 1


def _stop(stopping: threading.Event) -> Callable[[int, FrameType | None], None]:
    def stop(number: int, frame: FrameType | None) -> None:
        del frame
        # A second signal ends the process at once.
        signal.signal(number, signal.SIG_DFL)
        stopping.set()

    return stop


def _at_least_one(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError("must be more than 0")
    return number


if __name__ == "__main__":
    sys.exit(main())
