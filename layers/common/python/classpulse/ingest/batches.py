"""A batch: the events of one POST, and of the message that queues them."""

import json
import math
import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, TypeAdapter, ValidationError

from classpulse.core.errors import InvalidRequest
from classpulse.core.problems import ErrorCode, Problem
from classpulse.core.wire import WireModel
from classpulse.ingest.dialects import is_like_cell_monitor, translate
from classpulse.ingest.events import Event
from classpulse.ingest.leniency import (
    ALIASES,
    MAX_DEPTH,
    OPTIONAL,
    REMEDIES,
    FieldWarning,
    JsonObject,
    error_details,
    parse_leniently,
)

MAX_EVENTS = 100
MAX_BYTES = 1024 * 1024

_EVENTS = TypeAdapter(list[Event])
# NUL and lone surrogates are legal in JSON, but not in PostgreSQL's text. NaN is not JSON, but many parsers accept it.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MAY_BE_UNSTORABLE = re.compile(rb"\\u(?:0000|d[89a-f])|[:\[,]\s*-?(?:nan|infinity)", re.IGNORECASE)
# int() rejects longer numbers.
_MOST_DIGITS = 4300

BODY_NOT_ARRAY = Problem(ErrorCode.BODY_NOT_ARRAY, "the body is not a JSON array: send a JSON array of 1 to 100 events")
BODY_NOT_JSON = Problem(ErrorCode.BODY_NOT_JSON, "the body is not JSON: send a JSON array of 1 to 100 events")
BODY_TOO_DEEP = Problem(
    ErrorCode.BODY_TOO_DEEP, f"the body is nested too deeply: send events of at most {MAX_DEPTH} levels"
)
EVENT_NOT_OBJECT = Problem(ErrorCode.EVENT_NOT_OBJECT, "event: is not a JSON object; send one object per event")
EVENT_NOT_PLAIN = Problem(
    ErrorCode.EVENT_NOT_PLAIN,
    "event: a required field is nested too deeply, or holds NaN or an infinite number; "
    f"send plain JSON of at most {MAX_DEPTH} levels",
)


@dataclass(frozen=True)
class Rejection:
    """Why one event of a batch was rejected."""

    index: int
    event_id: str | None
    problem: Problem


@dataclass(frozen=True)
class ParsedBatch:
    """The valid events of a POST, the rejections of the others, and the fields of valid events that were ignored."""

    events: list[Event]
    rejected: list[Rejection]
    warnings: list[FieldWarning] = field(default_factory=list)


def _require_class(event: Event) -> Event:
    class_of(event)
    return event


ClassEvent = Annotated[Event, AfterValidator(_require_class)]


class Batch(WireModel):
    """One accepted batch; each of its events names its class."""

    batch_id: str
    received_at: AwareDatetime
    events: list[ClassEvent]

    def to_json(self) -> str:
        """Return the body of the queue message; fields without a value are left out."""
        return self.model_dump_json(by_alias=True, exclude_none=True)

    def with_events(self, events: list[Event]) -> "Batch":
        """Return the same batch with other events."""
        return self.model_copy(update={"events": events})


# Class, student and event id. An event id is unique for its student only: others may choose the same.
Identity = tuple[str, str, str]


def single_events(body: str) -> list[str]:
    """Return a message's body as bodies with one event each; none if it is not a batch of several."""
    try:
        batch = Batch.model_validate_json(body)
    except ValidationError:
        return []
    return [batch.with_events([event]).to_json() for event in batch.events] if len(batch.events) > 1 else []


@dataclass(frozen=True)
class Fact:
    """A stored event: the event, its class, and when it was accepted."""

    event: Event
    class_id: str
    received_at: datetime

    @property
    def identity(self) -> Identity:
        """Identifies the fact among all facts; see Identity."""
        return self.class_id, self.event.user_id, self.event.event_id


def facts_of(batch: Batch) -> list[Fact]:
    """Return the batch's facts, in its order."""
    return [Fact(event, class_of(event), batch.received_at) for event in batch.events]


def in_class(parsed: ParsedBatch, class_id: str) -> ParsedBatch:
    """Set the class of the events that name none: from here on, every event names its class."""
    events = [
        event if event.class_id else event.replaced({"class_id": class_id}, event.model_extra or {})
        for event in parsed.events
    ]
    return replace(parsed, events=events)


def class_of(event: Event) -> str:
    """Return the class of an accepted event. Raises ValueError for one that names none."""
    if not event.class_id:
        raise ValueError("an accepted event names its class")
    return event.class_id


def parse_batch(body: bytes) -> ParsedBatch:
    """Parse a POST's body, a JSON array of events, and translate them into the contract's dialect.

    Raises InvalidRequest when the body is not a JSON array. Invalid events are rejected individually; an optional field
    that is not valid is ignored, with a warning.
    """
    if not _MAY_BE_UNSTORABLE.search(body):
        try:
            events = _EVENTS.validate_json(body)
        except ValidationError:
            pass  # _parse_one_by_one() finds the invalid events and fields, and the reasons
        else:
            if not any(_is_too_deep(event) for event in events):
                return ParsedBatch(_translated(events, body), [])
    return _parse_one_by_one(body)


def _translated(events: list[Event], body: bytes) -> list[Event]:
    """Translate the events of a body. The model does not tell which of them had an `emailAddress`."""
    if b'"emailAddress"' not in body or not any(map(is_like_cell_monitor, events)):
        return [translate(event, has_address=False) for event in events]
    items = json.loads(body, parse_int=_parse_int)
    return [translate(event, has_address=_has_address(item)) for event, item in zip(events, items, strict=True)]


def _has_address(item: JsonObject) -> bool:
    return isinstance(item.get("emailAddress"), str)


def _parse_one_by_one(body: bytes) -> ParsedBatch:
    try:
        items = json.loads(body, parse_int=_parse_int)
    except RecursionError as error:
        raise InvalidRequest(BODY_TOO_DEEP) from error
    except ValueError as error:
        raise InvalidRequest(BODY_NOT_JSON) from error
    if not isinstance(items, list):
        raise InvalidRequest(BODY_NOT_ARRAY)
    parsed = ParsedBatch([], [])
    # One more than allowed is enough for the refusal.
    for index, item in enumerate(items[: MAX_EVENTS + 1]):
        _parse_item(index, item, parsed)
    return parsed


def _parse_item(index: int, item: object, parsed: ParsedBatch) -> None:
    """Add the item's event and warnings, or its rejection, to what is parsed."""
    problem = EVENT_NOT_OBJECT
    if isinstance(item, dict):
        try:
            event, ignored = parse_leniently(item, _parse_event)
        except ValidationError as error:
            problem = _explain(error)
        except (ValueError, RecursionError):
            problem = EVENT_NOT_PLAIN
        else:
            parsed.events.append(translate(event, has_address=_has_address(item)))
            parsed.warnings.extend(
                FieldWarning(index, event.event_id, _replace_unstorable(name), why) for name, why in ignored.items()
            )
            return
    parsed.rejected.append(Rejection(index, _event_id(item), problem))


def _parse_int(digits: str) -> float:
    """Return infinity for a number with too many digits: then it costs only its own field or event."""
    return int(digits) if len(digits) <= _MOST_DIGITS else math.inf


def _parse_event(item: JsonObject) -> Event:
    text = json.dumps(_replace_unstorable(item), ensure_ascii=False, allow_nan=False)
    return Event.model_validate_json(text)


def _is_too_deep(event: Event) -> bool:
    return _is_deeper(event.metadata, MAX_DEPTH - 1) or _is_deeper(event.model_extra, MAX_DEPTH)


def _is_deeper(value: object, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(item, levels - 1) for item in inner)


def _replace_unstorable(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, list):
        return [_replace_unstorable(item) for item in value]
    if isinstance(value, dict):
        return {_replace_unstorable(key): _replace_unstorable(item) for key, item in value.items()}
    return value


def _event_id(item: object) -> str | None:
    event_id = item.get("eventId") if isinstance(item, dict) else None
    return _replace_unstorable(event_id[:128]) if isinstance(event_id, str) else None


def _explain(error: ValidationError) -> Problem:
    """Return the problem of the first field that costs the event."""
    details = [one for one in error_details(error) if not one["loc"] or one["loc"][0] not in OPTIONAL]
    first = details[0] if details else error_details(error)[0]
    name = str(first["loc"][0]) if first["loc"] else "event"
    name = ALIASES.get(name, name)
    name = name if name in REMEDIES else "event"
    remedy = REMEDIES.get(name, "send plain JSON")
    if first["type"] == "missing":
        return Problem(ErrorCode.FIELD_MISSING, f"{name}: is missing; {remedy}")
    return Problem(ErrorCode.FIELD_INVALID, f"{name}: is not valid; {remedy}")
