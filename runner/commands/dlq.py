"""`dlq`: list, show, redrive and drop dead letters. Everything raises RunnerError."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from runner.control.client import ControlClient
from runner.errors import RunnerError

HELP = "dead letters: list, show, redrive, drop"


def add_options(parser: ArgumentParser) -> None:
    """Add the four commands."""
    group = parser.add_subparsers(required=True)
    command = group.add_parser("list", help="the letters, with their reasons")
    command.add_argument("queue", nargs="?")
    command.set_defaults(act=list_letters)
    for name, act, text in (
        ("show", show, "one letter, complete"),
        ("redrive", redrive, "send it to its source queue again; LETTER may be all"),
        ("drop", drop, "delete it; LETTER may be all"),
    ):
        command = group.add_parser(name, help=text)
        command.add_argument("queue")
        command.add_argument("letter")
        if name == "redrive":
            command.add_argument("--body", type=Path, metavar="FILE", help="send this corrected body instead")
        command.set_defaults(act=act)


def run(options: Namespace) -> int:
    """Run the command after `dlq`."""
    status: int = options.act(options)
    return status


def list_letters(options: Namespace) -> int:
    """Print the dead letters of one queue, or of all, one a line: id, reason, the beginning of the body."""
    client = ControlClient(options.data_dir)
    for queue in _dead_letter_queues(client, options.queue):
        letters = client.request("GET", f"/_runner/dead-letters/{queue}").body["letters"]
        print(f"{queue}: {len(letters)}")
        for letter in letters:
            reason = letter["attributes"].get("reason", "no reason given")
            body = letter["body"] if len(letter["body"]) <= 80 else letter["body"][:79] + "…"
            print(f"  {letter['letter_id']}  {reason}\n    {body}")
    return 0


def show(options: Namespace) -> int:
    """Print one dead letter as JSON."""
    answer = ControlClient(options.data_dir).request("GET", f"/_runner/dead-letters/{options.queue}/{options.letter}")
    print(json.dumps(answer.body, indent=2, ensure_ascii=False))
    return 0


def redrive(options: Namespace) -> int:
    """Send one dead letter, optionally with a corrected body, or all of a queue, to the source queue again."""
    if options.body is None:
        return _each(options, "POST", "sent again")
    if options.letter == "all":
        raise RunnerError("--body replaces the body of one letter: give its id instead of `all`")
    try:
        body = options.body.read_bytes()
    except OSError as error:
        raise RunnerError(f"{options.body}: {error.strerror}") from error
    path = f"/_runner/dead-letters/{options.queue}/{options.letter}"
    ControlClient(options.data_dir).request("POST", path, body)
    print(f"{options.letter} corrected and sent again")
    return 0


def drop(options: Namespace) -> int:
    """Delete one dead letter, or all of a queue."""
    return _each(options, "DELETE", "dropped")


def _each(options: Namespace, method: str, done: str) -> int:
    client = ControlClient(options.data_dir)
    letters = [options.letter]
    if options.letter == "all":
        dead_letters = client.request("GET", f"/_runner/dead-letters/{options.queue}").body["letters"]
        letters = [letter["letter_id"] for letter in dead_letters]
    for letter in letters:
        client.request(method, f"/_runner/dead-letters/{options.queue}/{letter}")
        print(f"{letter} {done}")
    return 0


def _dead_letter_queues(client: ControlClient, wanted: str | None) -> list[str]:
    if wanted is not None:
        return [wanted]
    queues: dict[str, Any] = client.request("GET", "/_runner/status").body["queues"]
    return sorted(name for name, queue in queues.items() if queue.get("deadLettersOf"))
