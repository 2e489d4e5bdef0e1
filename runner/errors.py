"""What can keep the runner from starting.

RunnerError            one line for the person at the terminal; exit status 2
├── TemplateError      names file, line and remedy
├── AddressInUse       another program listens there
├── DataDirInUse       another runner works in the data directory
└── ServerFailed       an embedded server did not start
"""


class RunnerError(Exception):
    """Raise when the person who started the runner has to do something; the text says what."""


class TemplateError(RunnerError):
    """Raise when the template cannot be run as it is written."""

    def __init__(self, file: str, line: int, problem: str) -> None:
        super().__init__(f"{file}:{line}: {problem}")
        self.line = line


class AddressInUse(RunnerError):
    """Raise when another program listens on the address."""


class DataDirInUse(RunnerError):
    """Raise when another runner holds the data directory."""


class ServerFailed(RunnerError):
    """Raise when an embedded server does not come up."""
