"""Skip a test whose program is missing, and say at the end which command installs it."""

from collections import Counter
from collections.abc import Iterable
from typing import NoReturn

import pytest

COMMAND = "make test-packages"
MISSING = " is missing"


def skip_without(what: str) -> NoReturn:
    """Skip the test for want of a program."""
    pytest.skip(f"{what}{MISSING}")


def told(reasons: Iterable[str]) -> list[str]:
    """Return the lines that say at the end what was skipped, and how to have it run."""
    counted = Counter(reason.removeprefix("Skipped: ") for reason in reasons)
    lines = [f"{counted.total()} tests were skipped:"] if counted else []
    lines += [f"{count:6}  {reason}" for reason, count in counted.most_common()]
    if any(reason.endswith(MISSING) for reason in counted):
        lines.append(f"`{COMMAND}` installs what is missing (Debian packages: requirements/debian.txt).")
    return lines
