"""What deploying to an emulated AWS can run into.

EmulationError    what has to be mended is in its text
"""


class EmulationError(Exception):
    """Raise when the emulator does not start or does not take the template."""
