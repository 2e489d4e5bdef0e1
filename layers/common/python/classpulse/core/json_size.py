"""How much a JSON text holds, counted in its bytes: before a parser builds objects that take many times their room."""

_CHUNK = 64 * 1024
_OTHERS = bytes(byte for byte in range(256) if byte not in b"[]{},")
_OPENING, _CLOSING, _COMMA = b"[{", b"]}", ord(",")


def has_more_items(text: bytes, most: int) -> bool:
    """Return whether the text is an array of more than `most` items; what is within an item does not count."""
    structure = _structure(text)
    if not structure.startswith(b"["):
        return False
    depth = commas = 0
    for byte in structure:
        if byte in _OPENING:
            depth += 1
        elif byte in _CLOSING:
            depth -= 1
        elif depth == 1:
            commas += 1
            if commas >= most:
                return True
    return False


def values_in(text: bytes) -> int:
    """Return the number of values, at all levels together: objects, arrays, and what is in them. It may be more."""
    structure = _structure(text)
    return 1 + structure.count(b"[") + structure.count(b"{") + structure.count(b",")


def _structure(text: bytes) -> bytes:
    """Return the brackets and commas that are not in a string."""
    without_escapes = text.replace(rb"\\", b"").replace(rb"\"", b"")
    structure = bytearray()
    in_string = False
    # In chunks, as the pieces of a text of many strings take ten times its room.
    for start in range(0, len(without_escapes), _CHUNK):
        pieces = without_escapes[start : start + _CHUNK].split(b'"')
        structure += b"".join(pieces[in_string::2]).translate(None, _OTHERS)
        in_string ^= len(pieces) % 2 == 0
    return bytes(structure)
