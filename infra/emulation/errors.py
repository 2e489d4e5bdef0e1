"""Errors of deploying to an emulated AWS.

EmulationError    the text says what to fix
"""


class EmulationError(Exception):
    """Raise when the emulator does not start, or cannot deploy the template."""
