"""How much of an event is kept; classes and students choose."""

from enum import StrEnum


class PrivacyLevel(StrEnum):
    """How much of an event is kept, from most to least.

    full: all of it. errors: no code and output of successful runs. hash: code as salted hash, of an error its class
    alone, no output. presence: who was where and when, and no more.
    """

    FULL = "full"
    ERRORS = "errors"
    HASH = "hash"
    PRESENCE = "presence"
