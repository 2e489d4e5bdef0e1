"""The command line: `run`, the default command that serves, and the commands of runner/commands/ beside it."""

import argparse
import logging
import signal
import sys
from collections.abc import Callable, Sequence

from runner.commands import COMMANDS
from runner.errors import RunnerError

UNUSABLE = 2
INTERRUPTED = 130


def parser(description: str | None, epilog: str | None = None, prog: str | None = None) -> argparse.ArgumentParser:
    """Return a command line with every command but `run`, whose options the caller adds."""
    parser = argparse.ArgumentParser(
        prog=prog, description=description, epilog=epilog, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    group = parser.add_subparsers(title="commands", metavar="")
    for command in COMMANDS:
        options = group.add_parser(command.name, help=command.help)
        command.add_options(options)
        options.set_defaults(command=command.run)
    return parser


def main(
    parser: argparse.ArgumentParser,
    serve: Callable[[argparse.Namespace], int],
    arguments: Sequence[str] | None = None,
    *,
    prefix: str,
) -> int:
    """Run a command, or serve; return the exit status. prefix: what an error's line begins with."""
    options = parser.parse_args(arguments)
    logging.basicConfig(format="%(levelname)s %(message)s", level=logging.WARNING)
    try:
        if "command" not in options:
            return serve(options)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        return int(options.command(options))
    except KeyboardInterrupt:
        return INTERRUPTED
    except RunnerError as error:
        print(f"{prefix}: {error}", file=sys.stderr)
        return UNUSABLE
