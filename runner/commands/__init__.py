"""The commands: one module each, with its options and its implementation. COMMANDS puts them together."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass

from runner.commands import backup, dlq, invoke, logs, queues, restore


@dataclass(frozen=True)
class Command:
    """help: its line in --help. add_options adds what follows its name; run returns the exit status."""

    name: str
    help: str
    add_options: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], int]


# Without one of these, the default command serves: run.py.
COMMANDS = (
    Command("invoke", invoke.HELP, invoke.add_options, invoke.run),
    Command("logs", logs.HELP, logs.add_options, logs.run),
    Command("queues", queues.HELP, queues.add_options, queues.run),
    Command("dlq", dlq.HELP, dlq.add_options, dlq.run),
    Command("backup", backup.HELP, backup.add_options, backup.run),
    Command("restore", restore.HELP, restore.add_options, restore.run),
)
