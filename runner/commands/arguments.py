"""Types of command-line arguments. Each raises ArgumentTypeError, which argparse shows."""

from argparse import ArgumentTypeError
from pathlib import Path


def port(text: str) -> int:
    """Parse a port."""
    if not text.isdecimal() or int(text) > 65535:
        raise ArgumentTypeError(f"{text!r} is not a port: give a number from 0 to 65535")
    return int(text)


def at_least_one(text: str) -> int:
    """Parse a count."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a count: give an integer from 1 on")
    return int(text)


def new_file(text: str) -> Path:
    """Parse the path of a file in an existing folder."""
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir():
        raise ArgumentTypeError(f"{text!r} is not a file in an existing folder")
    return path


def parameter(text: str) -> tuple[str, str]:
    """Parse NAME=VALUE."""
    name, equals, value = text.partition("=")
    if not equals:
        raise ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value
