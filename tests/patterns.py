"""Shows that a regular expression takes linear time on any text, by its parse tree: no text is tried, no time measured.

CPython's engine backtracks. Its steps are linear in the text's length if every long repetition

1. repeats one set of characters, not a group;
2. ends at one place: what follows it cannot begin with a repeated character, cannot fail, or consumes nothing;
3. is not passed again from other starts: the text before it contains a character that is not repeated, or no match may
   start within the repetition, or it is at most OVERLAP long, or whatever reached it matches.

Repetitions up to SHORT multiply the steps by a constant; MOST_WAYS bounds the product.
"""

import re._compiler as compiler  # type: ignore[import-not-found]  # CPython's own modules have no stubs
import re._constants as constants  # type: ignore[import-not-found]  # as above
import re._parser as parser  # type: ignore[import-not-found]  # as above
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

SHORT = 64
OVERLAP = 4096
MOST_WAYS = 10_000
_CHARACTERS = [*range(0x250), 0x660, 0x200B, 0x2028, 0x3042, 0xD800, 0xDFFF, 0xFFFD, 0x1F600]
_WORD_BOUNDARIES = {constants.AT_BOUNDARY, constants.AT_UNI_BOUNDARY}
_ENDS = {constants.AT_END, constants.AT_END_STRING}
_STARTS = {constants.AT_BEGINNING, constants.AT_BEGINNING_STRING}
_REPEATS = {constants.MAX_REPEAT, constants.MIN_REPEAT, constants.POSSESSIVE_REPEAT}
_ONE_CHARACTER = {constants.LITERAL, constants.NOT_LITERAL, constants.ANY, constants.IN}

Characters = frozenset[int]


class Slow(Exception):
    """Raise when a pattern may take more than linear time; the text says why."""


@dataclass(frozen=True)
class _One:
    """One character of a set."""

    of: Characters


@dataclass(frozen=True)
class _Zero:
    """An assertion. following: the characters that may come next, or None for any; boundary: \\b."""

    following: Characters | None = None
    boundary: bool = False
    anchor: bool = False
    # The match may not start after one of these.
    not_after: Characters = frozenset()
    inner: tuple[Any, ...] = ()


@dataclass(frozen=True)
class _Repeat:
    low: int
    high: float
    body: tuple[Any, ...]


@dataclass(frozen=True)
class _Either:
    branches: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class _After:
    """What follows a sequence: the characters that it may begin with, whether it can fail, whether it consumes."""

    first: Characters
    fails: bool = False
    consumes: bool = False


@dataclass
class _Reader:
    """Turns CPython's parse tree into the four kinds of node above."""

    text: str | bytes
    flags: int
    characters: list[int] = field(default_factory=list)
    groups: dict[int, tuple[Any, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tree = parser.parse(self.text, self.flags)
        self.characters = list(range(256)) if isinstance(self.text, bytes) else list(_CHARACTERS)
        self.all = frozenset(self.characters)
        self.flags |= self.tree.state.flags
        self.word = self._set((constants.IN, [(constants.CATEGORY, constants.CATEGORY_WORD)]), self.flags)

    def read(self, items: Iterable[Any], flags: int) -> tuple[Any, ...]:
        return tuple(node for item in items for node in self._nodes(item, flags))

    def _nodes(self, item: Any, flags: int) -> tuple[Any, ...]:
        kind, value = item
        if kind in _ONE_CHARACTER:
            return (_One(self._set(item, flags)),)
        if kind in _REPEATS:
            low, high, body = value
            most = float("inf") if high == constants.MAXREPEAT else int(high)
            return (_Repeat(low, most, self.read(body, flags)),)
        if kind is constants.BRANCH:
            return (_Either(tuple(self.read(branch, flags) for branch in value[1])),)
        if kind is constants.SUBPATTERN:
            group, added, removed, body = value
            found = self.read(body, (flags | added) & ~removed)
            if group is not None:
                self.groups[group] = found
            return found
        if kind is constants.GROUPREF:
            return self.groups[value]
        return (self._place(value) if kind is constants.AT else self._assertion(kind, value, flags),)

    def _place(self, value: Any) -> _Zero:
        if value in _ENDS:
            return _Zero(following=frozenset({10} if value is constants.AT_END else ()))
        if value in _STARTS:
            lines = value is constants.AT_BEGINNING and self.flags & constants.SRE_FLAG_MULTILINE
            return _Zero(not_after=self.all - {10}) if lines else _Zero(anchor=True)
        return _Zero(boundary=value in _WORD_BOUNDARIES)

    def _assertion(self, kind: Any, value: Any, flags: int) -> _Zero:
        if kind not in {constants.ASSERT, constants.ASSERT_NOT}:
            raise Slow(f"{kind} is unknown to this check")
        direction, body = value
        inner = self.read(body, flags)
        one = inner[0].of if len(inner) == 1 and isinstance(inner[0], _One) else None
        if kind is constants.ASSERT_NOT:
            if direction > 0:
                return _Zero(following=None if one is None else self.all - one, inner=inner)
            return _Zero(not_after=one or frozenset(), inner=inner)
        if direction > 0:
            return _Zero(following=_first(inner, _After(self.all), self), inner=inner)
        return _Zero(not_after=frozenset() if one is None else self.all - one, inner=inner)

    def _set(self, item: Any, flags: int) -> Characters:
        if item[0] is constants.IN:
            ranges = [value for kind, value in item[1] if kind is constants.RANGE]
            literals = [value for kind, value in item[1] if kind is constants.LITERAL]
            self._know([end for both in ranges for end in both] + literals)
        elif item[0] is not constants.ANY:
            self._know([item[1]])
        single = parser.SubPattern(self.tree.state, [item])
        matcher = compiler.compile(single, flags & ~constants.SRE_FLAG_DEBUG)
        if isinstance(self.text, bytes):
            return frozenset(code for code in self.characters if matcher.fullmatch(bytes([code])))
        return frozenset(code for code in self.characters if matcher.fullmatch(chr(code)))

    def _know(self, codes: Sequence[int]) -> None:
        unknown = [code for code in codes if code not in self.characters]
        if unknown:
            raise _NewCharacters(unknown)


class _NewCharacters(Exception):
    """Raise when a pattern names characters that the sets of the earlier nodes did not consider."""

    def __init__(self, codes: list[int]) -> None:
        super().__init__()
        self.codes = codes


def check_linear(text: str | bytes, flags: int = 0) -> None:
    """Raise Slow unless the pattern takes linear time, however it is used."""
    added: list[int] = []
    while True:
        try:
            reader = _Reader(text, flags)
            reader.characters += added
            reader.all = frozenset(reader.characters)
            nodes = reader.read(reader.tree, reader.flags)
            break
        except _NewCharacters as error:
            added += error.codes
    starts = _starts(nodes)
    if sum(_check(start, _After(reader.all), [], start, reader) for start in starts) > MOST_WAYS:
        raise Slow("its short repetitions and alternatives multiply to too many ways")


def _starts(nodes: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    if nodes and isinstance(nodes[0], _Either):
        return [start for branch in nodes[0].branches for start in _starts(branch + nodes[1:])]
    return [nodes]


def _is_plain(node: _Repeat) -> bool:
    return len(node.body) == 1 and isinstance(node.body[0], _One)


def _check(
    nodes: tuple[Any, ...], after: _After, before: Sequence[Characters], start: tuple[Any, ...], reader: _Reader
) -> float:
    """Return in how many ways the sequence may be tried at one place. Raises Slow."""
    before = list(before)
    ways = 1.0
    for place, node in enumerate(nodes):
        rest = _summary(nodes[place + 1 :], after, reader)
        if isinstance(node, _One):
            before.append(node.of)
        elif isinstance(node, _Either):
            firsts = [_first(branch, rest, reader) for branch in node.branches]
            ways_of = [_check(branch, rest, before, start, reader) for branch in node.branches]
            ways *= sum(ways_of) if len(frozenset().union(*firsts)) < sum(map(len, firsts)) else max(ways_of)
        elif isinstance(node, _Zero):
            ways *= _check(node.inner, _After(reader.all), before, start, reader)
        elif _is_plain(node):
            following = _first(nodes[place + 1 :], after, reader, previous=node.body[0].of)
            ways *= _check_plain(node, _After(following, rest.fails, rest.consumes), before, start, reader)
            before += [node.body[0].of] * (node.low > 0)
        else:
            if node.high > SHORT:
                raise Slow("a group is repeated without a small limit: repeat one set of characters")
            first = rest.first | _first(node.body, _After(frozenset()), reader) if node.high > 1 else rest.first
            inner = _After(first, rest.fails or node.high > 1, rest.consumes or node.high > 1)
            # Each iteration may be tried in each of these ways; that it need not be tried is one more.
            ways *= min(_check(node.body, inner, before, start, reader) ** node.high + 1, 2.0 * MOST_WAYS)
    return ways


def _check_plain(
    node: _Repeat, rest: _After, before: Sequence[Characters], start: tuple[Any, ...], reader: _Reader
) -> float:
    repeated: Characters = node.body[0].of
    ends = node.high - node.low + 1 if rest.fails and rest.consumes and rest.first & repeated else 1.0
    if node.high > SHORT:
        _check_long(node, rest, before, start, reader, ends=ends)
        return 1.0
    return ends


def _check_long(
    node: _Repeat,
    rest: _After,
    before: Sequence[Characters],
    start: tuple[Any, ...],
    reader: _Reader,
    *,
    ends: float,
) -> None:
    repeated: Characters = node.body[0].of
    if ends > 1:
        raise Slow("what follows a long repetition can begin within it: exclude its first character from the set")
    if node.high <= OVERLAP or any(not repeated & of for of in before):
        return
    if not rest.fails and node.low <= SHORT:
        return
    zeros = [zero for zero in start[: _leading_zeros(start)] if isinstance(zero, _Zero)]
    first = _first(start, _After(frozenset()), reader)
    no_start = any(
        zero.anchor
        or repeated <= zero.not_after
        or (zero.boundary and repeated <= reader.word and first <= reader.word)
        for zero in zeros
    )
    if not no_start:
        raise Slow("every character of a long repetition can start a match that reads it again: limit its length")


def _leading_zeros(nodes: tuple[Any, ...]) -> int:
    return next((place for place, node in enumerate(nodes) if not isinstance(node, _Zero)), len(nodes))


def _nullable(nodes: tuple[Any, ...]) -> bool:
    return all(
        isinstance(node, _Zero)
        or (isinstance(node, _Repeat) and (node.low == 0 or _nullable(node.body)))
        or (isinstance(node, _Either) and any(map(_nullable, node.branches)))
        for node in nodes
    )


def _summary(nodes: tuple[Any, ...], after: _After, reader: _Reader) -> _After:
    fails = after.fails or any(not (isinstance(node, _Repeat) and node.low == 0) for node in nodes)
    consumes = after.consumes or any(not isinstance(node, _Zero) for node in nodes)
    return _After(_first(nodes, after, reader), fails, consumes)


def _first(nodes: tuple[Any, ...], after: _After, reader: _Reader, previous: Characters | None = None) -> Characters:
    """Return the characters with which the rest of a match may begin."""
    if not nodes:
        return after.first
    node, rest = nodes[0], nodes[1:]
    if isinstance(node, _One):
        return node.of
    if isinstance(node, _Zero):
        following = node.following
        if node.boundary and previous is not None and previous <= reader.word:
            following = reader.all - reader.word
        found = _first(rest, after, reader)
        return found if following is None else found & following
    if isinstance(node, _Either):
        return frozenset().union(*(_first(branch + rest, after, reader) for branch in node.branches))
    first = _first(node.body, after, reader) if node.high else frozenset()
    return first | _first(rest, after, reader, previous) if node.low == 0 or _nullable(node.body) else first
