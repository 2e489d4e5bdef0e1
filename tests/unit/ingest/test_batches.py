import json
from datetime import UTC, datetime

import pytest
from classpulse.core.errors import InvalidRequest
from classpulse.ingest.batches import Batch, facts_of, parse_batch
from classpulse.ingest.events import Event
from classpulse.ingest.leniency import REMEDIES
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import make_batch, make_event, wire_event


def parse(*events: object) -> tuple[list[Event], list[str]]:
    parsed = parse_batch(json.dumps(events).encode())
    return parsed.events, [rejection.problem.error for rejection in parsed.rejected]


def test_a_good_batch_is_parsed_in_order() -> None:
    events, rejected = parse(wire_event(eventId="a"), wire_event(eventId="b"))
    assert [event.event_id for event in events] == ["a", "b"]
    assert rejected == []


def test_only_the_bad_event_is_rejected_with_its_index_field_and_remedy() -> None:
    body = json.dumps([wire_event(eventId="a"), wire_event(eventId="b", eventTime="yesterday"), wire_event()])
    parsed = parse_batch(body.encode())
    assert parsed.events[0].event_id == "a"
    assert len(parsed.events) == 2
    (rejection,) = parsed.rejected
    assert (rejection.index, rejection.event_id) == (1, "b")
    assert rejection.problem.error == f"eventTime: is not valid; {REMEDIES['eventTime']}"


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
        ("classId", "x" * 129),
        ("classId", 7),
    ],
)
def test_a_bad_value_of_a_required_field_or_of_the_class_is_named_with_a_remedy(field: str, value: object) -> None:
    _, rejected = parse(wire_event(**{field: value}))
    assert rejected == [f"{field}: is not valid; {REMEDIES[field]}"]


def test_every_field_of_the_contract_has_a_remedy() -> None:
    fields = {field.serialization_alias or "" for field in Event.model_fields.values()}
    assert fields == set(REMEDIES)


def test_email_address_is_another_name_for_the_user_id() -> None:
    (event,), _ = parse(wire_event(userId=None, emailAddress="ada@example.org"))
    assert event.user_id == "ada@example.org"


def test_the_email_address_replaces_a_null_user_id() -> None:
    (event,), rejected = parse(wire_event() | {"userId": None, "emailAddress": "ada@example.org"})
    assert (event.user_id, rejected) == ("ada@example.org", [])
    assert parse(wire_event() | {"userId": None}) == ([], [f"userId: is missing; {REMEDIES['userId']}"])


def test_a_null_field_equals_an_absent_one() -> None:
    body = wire_event() | {"userName": None, "code": None, "cellType": None, "metadata": None}
    (event,), rejected = parse(body)
    assert (event.user_name, event.code, rejected) == (None, None, [])


def test_times_are_converted_to_utc() -> None:
    (event,), _ = parse(wire_event(eventTime="2026-04-01T18:00:00.123456789+09:00"))
    assert event.event_time == datetime(2026, 4, 1, 9, 0, 0, 123456, UTC)


def test_characters_that_postgresql_cannot_store_are_replaced() -> None:
    (event,), rejected = parse(wire_event(code="a\x00b", metadata={"k\x00": ["\ud800"]}))
    assert rejected == []
    assert event.code == "a\ufffdb"
    assert event.metadata == {"k\ufffd": ["\ufffd"]}


def test_unknown_fields_and_types_are_kept() -> None:
    (event,), _ = parse(wire_event(eventType="quiz_answered", answer={"points": 3}))
    assert event.event_type == "quiz_answered"
    assert event.model_extra == {"answer": {"points": 3}}


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"[", b"\xff\xfe\xff", b'"text"'])
def test_a_body_that_is_no_json_array_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequest, match="send a JSON array"):
        parse_batch(body)


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b'[{"metadata":' + b'{"a":' * 100_000]
)
def test_a_body_too_deep_for_the_parser_is_refused_in_plain_words(body: bytes) -> None:
    with pytest.raises(InvalidRequest, match="nested too deeply: send"):
        parse_batch(body)


def test_items_that_are_no_objects_or_no_strict_json_are_rejected_individually() -> None:
    parsed = parse_batch(b'[1, null, [], {"metadata": {"x": NaN}}, ' + json.dumps(wire_event()).encode() + b"]")
    assert len(parsed.events) == 1
    assert [rejection.index for rejection in parsed.rejected] == [0, 1, 2, 3]


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "7" * 5_000, "-" + "7" * 5_000])
@pytest.mark.parametrize("place", ['"eventTime": %s', '"classId": [%s]'])
def test_an_event_with_nan_or_infinity_in_a_required_field_is_rejected_individually(number: str, place: str) -> None:
    bad = json.dumps(wire_event())[:-1] + ", " + place % number + "}"
    for others in ([], [wire_event()]):
        body = "[" + ", ".join([bad, *map(json.dumps, others)]) + "]"
        parsed = parse_batch(body.encode())
        assert (len(parsed.events), [rejection.index for rejection in parsed.rejected]) == (len(others), [0])


def test_text_that_contains_nan_is_accepted() -> None:
    (event,), rejected = parse(wire_event(result="mean: NaN, max: Infinity"))
    assert (event.result, rejected) == ("mean: NaN, max: Infinity", [])


def test_a_required_field_nested_too_deep_costs_its_event_only() -> None:
    deep = b'{"eventId": {"x": ' + b"[" * 500 + b"]" * 500 + b"}}"
    parsed = parse_batch(b"[" + deep + b", " + json.dumps(wire_event()).encode() + b"]")
    assert len(parsed.events) == 1
    assert len(parsed.rejected) == 1
    assert "at most 32 levels" in parsed.rejected[0].problem.error


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_any_body_is_accepted_or_refused(body: bytes) -> None:
    try:
        parsed = parse_batch(body)
    except InvalidRequest:
        return
    assert all(rejection.problem.error for rejection in parsed.rejected)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys([*REMEDIES, "emailAddress", "other"], _json)))
def test_any_object_is_accepted_or_named(overrides: dict[str, object]) -> None:
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
