"""The golden cases of tests/cases/notebooks.json: how events are written out, and what answers are compared with.

An event has the fields of `defaults` and its own. `at` is its time in seconds from the case's start; `every` and
`times` repeat it; `without` names fields of `defaults` that it does not have. A value may be an object with one of
these keys:

- `repeat`, `times`, `then`: a long text
- `bare`: a number that JSON does not have, such as NaN
- `ago`: the time so many seconds before the event is sent
- `time`: a time in seconds from the case's start

In an expectation, a number that is compared with a time means seconds from the case's start. An object with one of the
keys of `MATCHERS` describes a value.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent / "cases" / "notebooks.json"
Json = dict[str, Any]
# What an answer does not have.
MISSING = "(missing)"
MATCHERS: dict[str, Callable[[Any, Any], bool]] = {
    "begins": lambda found, wanted: isinstance(found, str) and found.startswith(wanted),
    "ends": lambda found, wanted: isinstance(found, str) and found.endswith(wanted),
    "shorterThan": lambda found, wanted: isinstance(found, str) and len(found) < wanted,
    # A clock is corrected by the time at which a request arrives; nobody measures how long that takes.
    "near": lambda found, wanted: isinstance(found, float) and abs(found - wanted) < 300,
    "absent": lambda found, wanted: (found == MISSING) == wanted,
}


@dataclass(frozen=True)
class Case:
    """What a client sends, and what must come of it.

    in_order: whether the events mean the same only if they are stored in their order.
    """

    name: str
    events: list[Json]
    expect: Json
    in_order: bool


def read_cases() -> list[Case]:
    """Return all cases."""
    found = json.loads(CASES.read_text(encoding="utf-8"))
    return [
        Case(
            case["name"],
            [event for short in case["events"] for event in _repeated(found["defaults"] | short)],
            case["expect"],
            case.get("inOrder", False),
        )
        for case in found["cases"]
    ]


def _repeated(event: Json) -> list[Json]:
    event = dict(event)
    every, times = event.pop("every", 0), event.pop("times", 1)
    return [event | {"at": event["at"] + every * number} for number in range(times)]


def written(event: Json, number: int, class_id: str, start: datetime) -> Json:
    """Return an event of a case as a client sends it."""
    event = dict(event)
    at, without = event.pop("at"), event.pop("without", [])
    sent = {"eventId": f"e{number}", "classId": class_id, "eventTime": {"time": at}} | event
    return {name: _value(value, start) for name, value in sent.items() if name not in without}


def _value(value: Any, start: datetime) -> Any:
    match value:
        case {"repeat": text, "times": times, **rest}:
            return text * times + rest.get("then", "")
        case {"bare": number}:
            return float(number)
        case {"ago": seconds}:
            return _iso(datetime.now(UTC) - timedelta(seconds=seconds))
        case {"time": seconds}:
            return _iso(start + timedelta(seconds=seconds))
    return value


def _iso(time: datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")


def like(expected: Any, found: Any, start: datetime) -> Any:
    """Return what was found, without what the expectation does not name: equal to it if the expectation is met."""
    if isinstance(expected, dict):
        if len(expected) == 1 and (name := next(iter(expected))) in MATCHERS:
            seconds = _seconds(found, start) if name == "near" else found
            return expected if MATCHERS[name](seconds, expected[name]) else found
        if not isinstance(found, dict):
            return found
        return {name: like(value, found.get(name, MISSING), start) for name, value in expected.items()}
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        return [like(one, other, start) for one, other in zip(expected, found, strict=True)]
    if isinstance(expected, int | float) and isinstance(found, str):
        return _seconds(found, start)
    return found


def _seconds(found: Any, start: datetime) -> Any:
    """Return a time as seconds from the case's start; anything else as it is."""
    try:
        return round((datetime.fromisoformat(found) - start).total_seconds(), 3)
    except (TypeError, ValueError):
        return found
