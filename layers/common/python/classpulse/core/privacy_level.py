"""Privacy levels: how much of an event is kept. Classes and students choose one."""

from enum import StrEnum


class PrivacyLevel(StrEnum):
    """How much of an event is kept, from most to least.

    full: everything. errors: no code or output of successful runs. hash: only a keyed hash of the code and the name
    of the error, no output. presence: only who was where, and when.
    """

    FULL = "full"
    ERRORS = "errors"
    HASH = "hash"
    PRESENCE = "presence"
