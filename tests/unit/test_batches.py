import json
from datetime import UTC, datetime

import pytest
from classpulse.domain.batches import REMEDIES, Batch, facts_of, parse_batch
from classpulse.domain.events import Event
from classpulse.errors import InvalidRequest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import make_batch, make_event, wire_event


def parse(*events: object) -> tuple[list[Event], list[str]]:
    parsed = parse_batch(json.dumps(events).encode())
    return parsed.events, [rejection.error for rejection in parsed.rejected]


def test_a_good_batch_is_parsed_in_order() -> None:
    events, rejected = parse(wire_event(eventId="a"), wire_event(eventId="b"))
    assert [event.event_id for event in events] == ["a", "b"]
    assert rejected == []


def test_a_bad_event_is_rejected_alone_with_its_place_field_and_remedy() -> None:
    body = json.dumps([wire_event(eventId="a"), wire_event(eventId="b", eventTime="yesterday"), wire_event()])
    parsed = parse_batch(body.encode())
    assert parsed.events[0].event_id == "a"
    assert len(parsed.events) == 2
    (rejection,) = parsed.rejected
    assert (rejection.index, rejection.event_id) == (1, "b")
    assert rejection.error == f"eventTime: is not valid; {REMEDIES['eventTime']}"


@pytest.mark.parametrize("field", ["eventId", "eventType", "eventTime", "userId"])
def test_a_missing_required_field_is_named(field: str) -> None:
    _, rejected = parse(wire_event(**{field: None}))
    assert rejected == [f"{field}: is missing; {REMEDIES[field]}"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("eventId", ""),
        ("eventId", "x" * 129),
        ("eventId", 7),
        ("eventType", 7),
        ("eventTime", "2026-04-01T09:00:00"),
        ("eventTime", "2026-04-01"),
        ("eventTime", "1700000000"),
        ("eventTime", 1700000000),
        ("eventTime", "2026-13-01T09:00:00Z"),
        ("eventTime", "0001-01-01T00:00:00+14:00"),
        ("eventTime", "9999-12-31T23:59:59-14:00"),
        ("userId", "x" * 257),
        ("cellIndex", -1),
        ("cellIndex", 2**31),
        ("cellIndex", 1.5),
        ("cellType", "essay"),
        ("hasError", "no"),
        ("executionDurationMs", -0.1),
        ("metadata", []),
        ("notebookPath", "x" * 513),
        ("classId", "x" * 129),
    ],
)
def test_a_bad_value_is_named_with_a_remedy(field: str, value: object) -> None:
    _, rejected = parse(wire_event(**{field: value}))
    assert rejected == [f"{field}: is not valid; {REMEDIES[field]}"]


def test_every_field_of_the_contract_has_a_remedy() -> None:
    fields = {field.serialization_alias or "" for field in Event.model_fields.values()}
    assert fields == set(REMEDIES)


def test_email_address_is_another_name_for_the_user_id() -> None:
    (event,), _ = parse(wire_event(userId=None, emailAddress="ada@example.org"))
    assert event.user_id == "ada@example.org"


def test_null_is_the_same_as_left_out() -> None:
    body = wire_event() | {"userName": None, "code": None, "cellType": None, "metadata": None}
    (event,), rejected = parse(body)
    assert (event.user_name, event.code, rejected) == (None, None, [])


def test_times_are_utc_whatever_their_zone() -> None:
    (event,), _ = parse(wire_event(eventTime="2026-04-01T18:00:00.123456789+09:00"))
    assert event.event_time == datetime(2026, 4, 1, 9, 0, 0, 123456, UTC)


def test_what_postgresql_cannot_store_is_replaced_and_nothing_is_lost() -> None:
    (event,), rejected = parse(wire_event(code="a\x00b", metadata={"k\x00": ["\ud800"]}))
    assert rejected == []
    assert event.code == "a\ufffdb"
    assert event.metadata == {"k\ufffd": ["\ufffd"]}


def test_unknown_fields_and_types_are_kept() -> None:
    (event,), _ = parse(wire_event(eventType="quiz_answered", answer={"points": 3}))
    assert event.event_type == "quiz_answered"
    assert event.model_extra == {"answer": {"points": 3}}


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"[", b"\xff\xfe\xff", b'"text"', b"[" * 100_000])
def test_a_body_that_is_no_json_array_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequest, match="send a JSON array"):
        parse_batch(body)


def test_items_that_are_no_objects_or_no_strict_json_are_rejected_alone() -> None:
    parsed = parse_batch(b'[1, null, [], {"metadata": {"x": NaN}}, ' + json.dumps(wire_event()).encode() + b"]")
    assert len(parsed.events) == 1
    assert [rejection.index for rejection in parsed.rejected] == [0, 1, 2, 3]


def test_nesting_too_deep_is_rejected_alone() -> None:
    deep = b'{"metadata": {"x": ' + b"[" * 500 + b"]" * 500 + b"}}"
    parsed = parse_batch(b"[" + deep + b", " + json.dumps(wire_event()).encode() + b"]")
    assert len(parsed.events) == 1
    assert len(parsed.rejected) == 1


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_no_body_ends_in_anything_but_a_batch_or_a_refusal(body: bytes) -> None:
    try:
        parsed = parse_batch(body)
    except InvalidRequest:
        return
    assert all(rejection.error for rejection in parsed.rejected)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys([*REMEDIES, "emailAddress", "other"], _json)))
def test_any_object_is_taken_or_named(overrides: dict[str, object]) -> None:
    events, rejected = parse(wire_event() | overrides)
    assert len(events) + len(rejected) == 1
    assert all(error.split(":")[0] in {*REMEDIES, "event"} for error in rejected)


def test_a_batch_survives_the_queue_unchanged() -> None:
    batch = make_batch(
        make_event(code="print('日本語 🎉')", metadata={"a": [1, None]}, answer=3), make_event(classId="other")
    )
    again = Batch.model_validate_json(batch.to_json())
    assert again == batch
    assert [fact.class_id for fact in facts_of(again)] == ["python-1", "other"]
