"""What packaging refuses.

PackageError    what has to be mended is in its text
"""


class PackageError(Exception):
    """Raise when what was asked for cannot be packaged."""
