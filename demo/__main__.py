"""Run a simulated class: students who open a notebook, run cells, make mistakes, raise hands and lose the network."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import FrameType

from demo.client import Client
from demo.outbox import Outbox
from demo.play import Run, play
from demo.reading import Api, Unreadable
from demo.verify import verify

UNUSABLE = 2
VERIFY_MINUTES = 10.0
# Repeats of a raised hand come every ten seconds of class time; the server takes periods of 2 to 60 s for repeats.
FASTEST_TO_VERIFY, SLOWEST_TO_VERIFY = 4.0, 0.2
EPILOG = """\
examples:
  python -m demo --ingest-url http://127.0.0.1:8000/api/v1/events
  python -m demo --ingest-url http://127.0.0.1:8000/api/v1/events --students 1000 --seed 7 --speed 5 --minutes 10
  INSTRUCTOR_TOKEN=... python -m demo --ingest-url http://127.0.0.1:8000/api/v1/events --verify --at-once

The same seed gives the same class and the same actions; event ids are new in every run. A line every ten seconds
counts the events that were posted (retries included), accepted, rejected, retried and are waiting. Ctrl-C stops it.
--verify plays a class of its own, waits until everything is stored, and prints how well the API's answers, now and for
past instants, agree with what happened. Repeats of a raised hand scale with --speed, which is 0.2 to 4 here.
Exit status: 0 when events were accepted; 1 when none was, or --verify found a state below the bound; 2 when the server
refuses the address, the key or the token.
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
    add(
        "--at-once",
        action="store_true",
        help="send a lesson that has just ended, as fast as the server takes it; needs --minutes or --verify",
    )
    add(
        "--verify",
        action="store_true",
        help=f"compare what the server shows with what happened in --minutes (default {VERIFY_MINUTES:.0f})",
    )
    add(
        "--token",
        metavar="T",
        default=os.environ.get("OPERATOR_TOKEN") or os.environ.get("INSTRUCTOR_TOKEN"),
        help="for --verify: the operator's token or an access token; better in INSTRUCTOR_TOKEN",
    )
    add("--api-url", metavar="URL", help="for --verify (default: the ingest URL without /events)")
    add(
        "--bound",
        type=_share,
        default=0.99,
        metavar="B",
        help="for --verify: the lowest precision and recall (default %(default)s)",
    )
    return command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the class; return the exit status."""
    options = _parsed(arguments)
    try:
        client = Client(options.ingest_url, options.ingest_key)
    except ValueError as error:
        parser().error(str(error))
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop(stopping))
    run = _run(options)
    outbox = Outbox(lambda events: client.post(run.stamped(events, datetime.now(UTC))))
    seconds = options.minutes * 60 if options.minutes else float("inf")
    completed = play(run, outbox, stopping, seconds, at_once=options.at_once)
    if outbox.unwelcome:
        return _unusable(f"{options.ingest_url} accepts no events: {outbox.problem}")
    if not outbox.counts["accepted"]:
        return 1
    if options.verify and completed:
        try:
            return verify(run, seconds, Api(options.api_url, options.token), options.bound)
        except Unreadable as error:
            return _unusable(str(error))
    return 0


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    command = parser()
    options = command.parse_args(arguments)
    if options.verify:
        options.minutes = options.minutes or VERIFY_MINUTES
        options.api_url = options.api_url or options.ingest_url.removesuffix("/events")
        if not options.token:
            command.error("--verify reads the class: set INSTRUCTOR_TOKEN")
        if not SLOWEST_TO_VERIFY <= options.speed <= FASTEST_TO_VERIFY:
            command.error(f"--verify needs a --speed of {SLOWEST_TO_VERIFY} to {FASTEST_TO_VERIFY:.0f}")
    if options.at_once and not options.minutes:
        command.error("--at-once needs --minutes or --verify")
    return options


def _run(options: argparse.Namespace) -> Run:
    began = datetime.now(UTC)
    if options.at_once:
        began -= timedelta(minutes=options.minutes)
    run = Run(began, options.students, options.seed, options.speed, options.class_id)
    # What an earlier class left would be compared too.
    return replace(run, class_id=f"demo-verify-{run.run_id}") if options.verify and not run.class_id else run


def _unusable(problem: str) -> int:
    print(f"python -m demo: {problem}", file=sys.stderr)
    return UNUSABLE


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


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError("must be 0 to 1")
    return share


if __name__ == "__main__":
    sys.exit(main())
