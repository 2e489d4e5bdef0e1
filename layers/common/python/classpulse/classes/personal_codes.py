"""Personal codes: 80 random bits as four groups of four characters, made for being read aloud and typed."""

import secrets

# Crockford's base 32: no I, L, O or U, so that nobody has to tell them from 1 and 0.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
_GROUPS, _GROUP = 4, 4


def new_code() -> str:
    """Return a new code, such as 7KQ2-M4TD-9XHB-0RWE."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def normalised(text: str) -> str | None:
    """Return the code that a person typed, in one spelling; None if it does not have the form of a code."""
    characters = text.upper().translate(_READ_AS)
    if len(characters) == _GROUPS * _GROUP and set(characters) <= set(_ALPHABET):
        return characters
    return None
