"""Run a simulated class: students who open a notebook, run cells, make mistakes, raise hands and lose the network."""

import argparse
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

The same seed is the same class doing the same again; the event ids are new in every run. A line every ten seconds
says how many events were posted (again, too), accepted, rejected, sent again and are waiting. Ctrl-C stops it.
Exit status: 0 when it ran; 1 when nothing was accepted; 2 when the address or the key is of no use.
"""


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    found = argparse.ArgumentParser(
        prog="python -m demo",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = found.add_argument
    add("--ingest-url", required=True, metavar="URL", help="where events are posted: http://host:port/api/v1/events")
    add("--ingest-key", metavar="KEY", help="the ingest key, where one is asked for")
    add("--students", type=_at_least_one, default=40, metavar="N", help="how many students (default %(default)s)")
    add("--seed", type=int, default=1, metavar="S", help="which class it is (default %(default)s)")
    add("--speed", type=_positive, default=1.0, metavar="X", help="5: five times as fast as a real class (default 1)")
    add("--class-id", metavar="C", help="the class; without it, the server's default class")
    add("--minutes", type=_positive, metavar="M", help="stop after so many minutes; without it, at Ctrl-C")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit status."""
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
        print(f"python -m demo: {options.ingest_url} takes no events: {outbox.problem}", file=sys.stderr)
        return UNUSABLE
    return 0 if outbox.counts["accepted"] else 1


def _stop(stopping: threading.Event) -> Callable[[int, FrameType | None], None]:
    def stop(number: int, frame: FrameType | None) -> None:
        del frame
        # Asked twice: at once.
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
