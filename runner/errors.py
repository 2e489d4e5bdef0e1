"""Errors that keep the runner from starting.

RunnerError            one line on the terminal that says what to do; exit status 2
├── TemplateError      names the file, the line and the remedy
├── AddressInUse       another program listens on the address
├── DataDirInUse       another runner uses the data directory
└── ServerFailed       an embedded server did not start
"""


class RunnerError(Exception):
    """Raise when the user has to act; the text says how."""


class TemplateError(RunnerError):
    """Raise when the template has an error."""

    def __init__(self, file: str, line: int, problem: str) -> None:
        super().__init__(f"{file}:{line}: {problem}")
        self.line = line


class AddressInUse(RunnerError):
    """Raise when another program listens on the address."""


class DataDirInUse(RunnerError):
    """Raise when another runner uses the data directory."""


class ServerFailed(RunnerError):
    """Raise when an embedded server does not start."""
