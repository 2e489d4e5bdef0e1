"""Errors of packaging.

PackageError    the text says what to fix
"""


class PackageError(Exception):
    """Raise when the package cannot be built or uploaded, or exceeds a limit."""
