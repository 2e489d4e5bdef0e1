"""A bad optional field costs that field, never the run."""

import json
import math
from typing import Any

import pytest
from classpulse.core.privacy_level import PrivacyLevel
from classpulse.core.problems import ErrorCode
from classpulse.ingest.batches import ParsedBatch, parse_batch
from classpulse.ingest.events import Event
from classpulse.ingest.leniency import ALIASES, REMEDIES
from hypothesis import example, given
from hypothesis import strategies as st

from tests.builders import wire_event

NAN = float("nan")


def parse(*events: object) -> ParsedBatch:
    return parse_batch(json.dumps(events).encode())


def only(**fields: Any) -> tuple[Event, list[str]]:
    """Return the event, and the texts of its warnings; nothing is rejected."""
    parsed = parse(wire_event(**fields))
    assert parsed.rejected == []
    [event] = parsed.events
    assert {warning.problem.code for warning in parsed.warnings} <= {ErrorCode.FIELD_IGNORED}
    return event, [warning.problem.error for warning in parsed.warnings]


def nested(levels: int) -> list[object]:
    return [nested(levels - 1)] if levels > 1 else []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("executionDurationMs", -2950.4),
        ("executionDurationMs", "12"),
        ("executionDurationMs", NAN),
        ("cellIndex", -1),
        ("cellIndex", 2**31),
        ("cellIndex", 1.5),
        ("cellIndex", True),
        ("executionCount", "7"),
        ("executionCount", []),
        ("cellType", "essay"),
        ("cellType", 7),
        ("hasError", "no"),
        ("hasError", 1),
        ("metadata", []),
        ("metadata", "text"),
        ("metadata", {"loss": NAN}),
        ("metadata", {"deep": nested(31)}),
        ("notebookPath", "x" * 513),
        ("oldPath", "x" * 513),
        ("oldNotebookPath", 7),
        ("cellId", 12),
        ("runId", "x" * 257),
        ("userName", ["Ada"]),
        ("teamName", {"name": "red"}),
        ("sessionId", 4711),
        ("code", {"source": "1"}),
        ("code", ["1", 2]),
        ("errorMessage", 7),
        ("result", [{"output_type": "stream"}]),
        ("reason", "boredom"),
        ("sentAt", "now"),
        ("sentAt", 1769850000123),
    ],
)
def test_a_bad_optional_field_is_ignored_with_a_warning(field: str, value: object) -> None:
    event, warnings = only(**{field: value})
    attribute = {"oldNotebookPath": "oldPath"}.get(field, field)
    assert attribute not in json.loads(event.model_dump_json(by_alias=True, exclude_none=True))
    [warning] = warnings
    assert warning.startswith(f"{field}: is ")
    assert "ignored; send " in warning


def test_the_warning_names_the_event_the_field_and_the_remedy() -> None:
    parsed = parse(wire_event(), {}, wire_event(eventId="two", executionCount="7", cellIndex=-1))
    assert [event.event_id for event in parsed.events][1:] == ["two"]
    assert [rejection.index for rejection in parsed.rejected] == [1]
    assert {(warning.index, warning.event_id, warning.field) for warning in parsed.warnings} == {
        (2, "two", "executionCount"),
        (2, "two", "cellIndex"),
    }
    texts = {warning.problem.error for warning in parsed.warnings}
    assert f"executionCount: is not valid and was ignored; {REMEDIES['executionCount']}" in texts


@pytest.mark.parametrize(
    "field", sorted((REMEDIES.keys() | {"oldNotebookPath"}) - {"eventId", "eventType", "eventTime"})
)
def test_an_empty_string_is_an_absent_value_without_a_warning(field: str) -> None:
    event, warnings = only(**{"emailAddress": "ada@example.org", field: ""})
    assert warnings == []
    found = json.loads(event.model_dump_json(by_alias=True, exclude_none=True))
    assert found.get(field, "") == ("ada@example.org" if field == "userId" else "")
    assert event.in_code_cell


def test_an_empty_user_id_without_an_address_is_refused() -> None:
    parsed = parse(wire_event(userId=""), wire_event(userId="", emailAddress=""), wire_event(userId="", emailAddress=7))
    assert parsed.events == []
    assert {rejection.problem.error for rejection in parsed.rejected} == {f"userId: is not valid; {REMEDIES['userId']}"}


@pytest.mark.parametrize("field", ["code", "errorMessage", "result"])
@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["a\n", "b"], "a\nb"),
        (["a\n", "b\n"], "a\nb\n"),
        (["a", "b"], "a\nb"),
        (["a", "", "b"], "a\n\nb"),
        # A frame of a traceback has several lines.
        (["a\nb\n", "c", "d"], "a\nb\n\nc\nd"),
        # nbformat divides a progress bar too.
        (["\r", "1%\r", "2%\n", "done"], "\r1%\r2%\ndone"),
        (["only"], "only"),
        ([], ""),
    ],
)
def test_lists_of_lines_are_joined_without_a_warning(field: str, lines: list[str], text: str) -> None:
    event, warnings = only(**{field: lines})
    assert (json.loads(event.model_dump_json(by_alias=True))[field], warnings) == (text, [])


def test_a_bad_consent_is_taken_as_presence() -> None:
    for consent in ("everything", 7, True, {"level": "full"}, [NAN]):
        event, [warning] = only(consent=consent)
        assert event.consent is PrivacyLevel.PRESENCE
        assert warning.startswith("consent: is not valid and was taken as presence; ")


def test_a_good_alias_replaces_a_bad_old_path() -> None:
    event, [warning] = only(oldPath=7, oldNotebookPath="a.ipynb")
    assert event.old_path == "a.ipynb"
    assert warning.startswith("oldPath: ")


def test_a_required_field_is_named_before_an_optional_one() -> None:
    parsed = parse(wire_event(cellIndex=-1, userName=7, eventTime="yesterday"))
    assert [rejection.problem.error.split(":")[0] for rejection in parsed.rejected] == ["eventTime"]
    assert parsed.warnings == []


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "7" * 5_000, "-" + "7" * 5_000])
@pytest.mark.parametrize("place", ['"metadata": {"x": %s}', '"other": %s', '"other": [1, %s]', '"result": [%s]'])
def test_nan_and_infinity_cost_their_field_only(number: str, place: str) -> None:
    body = "[" + json.dumps(wire_event())[:-1] + ', "stays": 1, ' + place % number + "}]"
    parsed = parse_batch(body.encode())
    assert [event.model_extra for event in parsed.events] == [{"stays": 1}]
    assert len(parsed.warnings) == 1
    assert parsed.events[0].metadata is None


def test_events_are_32_levels_deep_at_most() -> None:
    """The event and its metadata are levels themselves."""
    event, warnings = only(metadata={"x": nested(30)}, answer=nested(31))
    assert (event.metadata, event.model_extra, warnings) == ({"x": nested(30)}, {"answer": nested(31)}, [])
    event, warnings = only(metadata={"x": nested(31)}, answer=nested(32), other=nested(500))
    assert (event.metadata, event.model_extra) == (None, {})
    assert len(warnings) == 3
    assert all("at most 32 levels" in warning for warning in warnings)


def test_the_warnings_of_an_event_are_few_and_short() -> None:
    parsed = parse(wire_event(**{f"{number}{'x' * 1000}\x00": NAN for number in range(500)}))
    assert 1 <= len(parsed.warnings) <= 32
    assert max(len(warning.field) for warning in parsed.warnings) <= 64


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.text("x", min_size=500),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)
_names = [*(REMEDIES.keys() | ALIASES.keys()) - {"eventId", "eventType", "eventTime", "userId", "classId"}, "other"]


@example({"emailAddress": math.inf})
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(_names, _json)))
def test_no_optional_field_costs_the_run(overrides: dict[str, object]) -> None:
    parsed = parse(wire_event(eventId="e") | overrides)
    assert parsed.rejected == []
    [event] = parsed.events
    assert (event.event_id, event.user_id) == ("e", "ada")
    assert {warning.field for warning in parsed.warnings} <= set(_names)
    assert Event.model_validate_json(event.model_dump_json(by_alias=True)) == event
