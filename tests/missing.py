"""Skip a test whose program is missing, and print the command that installs it at the end."""

from collections import Counter
from collections.abc import Iterable
from typing import NoReturn

import pytest

COMMAND = "make test-packages"
MISSING = " is missing"


def skip_without(what: str) -> NoReturn:
    """Skip the test because a program is missing."""
    pytest.skip(f"{what}{MISSING}")


def summary_of(reasons: Iterable[str]) -> list[str]:
    """Return the final lines: the skipped tests, and the command that enables them."""
    counted = Counter(reason.removeprefix("Skipped: ") for reason in reasons)
    lines = [f"{counted.total()} tests were skipped:"] if counted else []
    lines += [f"{count:6}  {reason}" for reason, count in counted.most_common()]
    if any(reason.endswith(MISSING) for reason in counted):
        lines.append(f"`{COMMAND}` installs what is missing (Debian packages: requirements/debian.txt).")
    return lines
