"""What other clients send is translated into the contract: cells that did not run, empty cells, announced errors."""

import json
from typing import Any

import pytest
from classpulse.ingest.batches import parse_batch
from classpulse.ingest.events import SET_BY_INGEST, AbortReason, CellType, Event, Outcome
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import ERROR, Fields, make_event, wire_event

# As cell-monitor 1.1.4 sends it: always with an address and a duration, with a count if the cell ran.
CELL_MONITOR: Fields = {
    "userId": None, "emailAddress": "ada@example.org", "userName": "Ada", "teamName": "red", "sessionId": "s",
    "cellType": "code", "code": "print(1)", "hasError": False, "result": "", "executionDurationMs": 1,
}  # fmt: skip
TAGGED: Fields = ERROR | {"executionCount": 3, "metadata": {"tags": ["hide-input", "raises-exception"]}}


def sent(**fields: Any) -> Event:
    """Return the event that ingest makes of a wire event."""
    parsed = parse_batch(json.dumps([wire_event(**fields)]).encode())
    assert (parsed.rejected, parsed.warnings) == ([], [])
    return parsed.events[0]


@pytest.mark.parametrize(
    "message",
    [
        None,
        "",
        "  \n",
        "KernelReplyNotOK",
        "KernelReplyNotOK: undefined undefined",
        "\x1b[0;31mKernelReplyNotOK\x1b[0m: undefined undefined",
        "Error",
        "Error: undefined",
        "undefined: undefined",
        "ExecutionAborted: an earlier cell failed",
        ": ",
        "Canceled future for execute_request message before replies were done",
        "Error: Canceled future for execute_request message before replies were done",
    ],
)
def test_a_failure_without_a_name_and_a_count_did_not_run(message: str | None) -> None:
    event = sent(hasError=True, errorMessage=message)
    assert (event.event_type, event.outcome) == ("cell_aborted", Outcome.ABORTED)
    assert event.model_extra == {"claimedEventType": "cell_executed"}
    assert not event.is_run
    assert not event.is_error
    is_canceled = "Canceled" in (message or "")
    assert event.reason == (AbortReason.RESTART if is_canceled else AbortReason.EARLIER_ERROR)


def test_the_client_knows_best_why_a_cell_did_not_run() -> None:
    assert sent(hasError=True, reason="kernel_death").reason == AbortReason.KERNEL_DEATH
    assert sent(hasError=True, errorMessage="Canceled future", reason="interrupt").reason == AbortReason.INTERRUPT


@pytest.mark.parametrize(
    "fields",
    [
        {"hasError": True, "executionCount": 4},
        {"hasError": True, "executionCount": 0},
        {"hasError": True, "errorMessage": "KernelReplyNotOK: x", "executionCount": 4},
        ERROR,
        {"hasError": True, "errorMessage": 'Traceback (most recent call last)\n  File "a.py"\n_queue.Empty'},
        {"hasError": True, "errorMessage": "queue.Empty: "},
        {"hasError": True, "errorMessage": "Error in eval(expr): object 'x' not found"},
        {"hasError": True, "errorMessage": "CancelledError: "},
        {"hasError": True, "errorMessage": "TimeoutExpired: Command 'sleep' timed out"},
    ],
)
def test_a_failure_with_a_name_or_a_count_is_an_error(fields: Fields) -> None:
    event = sent(**fields)
    assert (event.event_type, event.outcome, event.is_error) == ("cell_executed", Outcome.ERROR, True)
    assert event.model_extra == {}


@pytest.mark.parametrize("user_id", [None, "s1"])
@pytest.mark.parametrize("others", [{}, {"executionCount": None}, {"executionCount": "7"}])
def test_a_cell_that_cell_monitor_did_not_count_did_not_run(user_id: str | None, others: Fields) -> None:
    """The second way of parsing finds the same as the first."""
    wire = wire_event(**CELL_MONITOR | {"userId": user_id}) | others
    parsed = parse_batch(json.dumps([wire_event(), wire, wire | {"executionCount": 1}]).encode())
    assert [event.event_type for event in parsed.events] == ["cell_executed", "cell_aborted", "cell_executed"]
    assert parsed.events[1].reason == AbortReason.EARLIER_ERROR
    assert parsed.events[1].user_id == (user_id or "ada@example.org")


@pytest.mark.parametrize(
    "fields",
    [
        CELL_MONITOR | {"userId": "ada", "emailAddress": None},
        CELL_MONITOR | {"hasError": None},
        CELL_MONITOR | {"executionDurationMs": None},
        CELL_MONITOR | {"executionCount": 7},
        CELL_MONITOR | {"userId": "ada", "emailAddress": None, "metadata": {"emailAddress": "ada@example.org"}},
    ],
)
def test_runs_of_clients_without_counts_stay_runs(fields: Fields) -> None:
    event = sent(**fields)
    assert (event.event_type, event.outcome) == ("cell_executed", Outcome.OK)


@pytest.mark.parametrize("code", ["", " ", "\n\t\n", "\u3000"])
@pytest.mark.parametrize("kind", ["cell_queued", "cell_started", "cell_executed"])
def test_an_empty_code_cell_is_no_run(kind: str, code: str) -> None:
    for fields in ({}, {"hasError": False}, CELL_MONITOR):
        event = sent(**fields | {"eventType": kind, "code": code})
        assert (event.event_type, event.model_extra) == ("cell_empty", {"claimedEventType": kind})
        assert (event.outcome, event.is_run, event.is_start) == (None, False, False)


@pytest.mark.parametrize(
    "fields", [{"code": "# to do"}, {"code": "%"}, {}, {"code": "", "cellType": "markdown"}, ERROR | {"code": ""}]
)
def test_a_comment_other_cells_and_cells_without_code_stay_as_they_are(fields: Fields) -> None:
    event = sent(**fields)
    assert (event.event_type, event.model_extra) == ("cell_executed", {})


def test_markdown_is_never_aborted() -> None:
    event = sent(hasError=True, cellType="markdown")
    assert (event.event_type, event.outcome) == ("cell_executed", None)
    assert make_event(eventType="cell_aborted", cellType="raw").outcome is None


@pytest.mark.parametrize(
    "fields",
    [
        TAGGED,
        ERROR | {"tags": ["raises-exception"]},
        ERROR | {"metadata": {"cell": {"tags": ["raises-exception"]}}},
        ERROR | {"metadata": {"tags": "raises-exception"}},
        ERROR | {"cellMetadata": {"tags": ["raises-exception"]}},
        ERROR | {"metadata": {"tags": [7, None, "raises-exception"]}},
        {"hasError": True, "executionCount": 3, "tags": ["raises-exception"]},
    ],
)
def test_an_error_that_the_cell_announces_is_expected(fields: Fields) -> None:
    event = sent(**fields)
    assert (event.outcome, event.is_run, event.is_error) == (Outcome.EXPECTED, True, False)
    assert event.has_error
    assert (event.model_extra or {})["expectedError"] is True


@pytest.mark.parametrize(
    "fields",
    [
        ERROR | {"metadata": {"tags": ["raises"]}},
        ERROR | {"metadata": {"tags": {"raises-exception": True}}},
        ERROR | {"metadata": {"cell": 7}},
        ERROR | {"metadata": {"tags": None}},
        ERROR | {"expectedError": True},
    ],
)
def test_any_other_error_is_one(fields: Fields) -> None:
    event = sent(**fields)
    assert event.outcome is Outcome.ERROR
    assert "expectedError" not in (event.model_extra or {})


def test_a_tag_expects_no_error_where_none_is() -> None:
    event = sent(**TAGGED | {"hasError": False})
    assert (event.outcome, event.model_extra) == (Outcome.OK, {})
    # A cell with the tag that did not run is not expected to have failed.
    assert sent(hasError=True, metadata=TAGGED["metadata"]).outcome is Outcome.ABORTED


@pytest.mark.parametrize(
    "message",
    ["KeyboardInterrupt", "KeyboardInterrupt: ", "\x1b[0;31mKeyboardInterrupt\x1b[0m: ", "…\nKeyboardInterrupt:"],
)
def test_an_interrupted_run_is_neither_an_error_nor_a_success(message: str) -> None:
    event = sent(hasError=True, errorMessage=message)
    assert (event.outcome, event.is_run, event.is_error) == (Outcome.INTERRUPTED, True, False)


def test_an_error_that_mentions_an_interrupt_is_an_error() -> None:
    assert sent(hasError=True, errorMessage="ValueError: KeyboardInterrupt is meant").outcome is Outcome.ERROR


def test_only_ingest_sets_its_fields() -> None:
    claims = dict.fromkeys(SET_BY_INGEST, "what I like")
    for kind in ("cell_executed", "help", "notebook_renamed", "own_type"):
        assert sent(eventType=kind, answer=1, **claims).model_extra == {"answer": 1}


@given(
    st.sampled_from(["cell_queued", "cell_started", "cell_executed", "cell_aborted", "help", "own"]),
    st.sampled_from(CellType) | st.none(),
    st.fixed_dictionaries(
        {},
        optional={
            "code": st.sampled_from(["", " ", "x"]),
            "hasError": st.booleans(),
            "executionCount": st.integers(0, 9),
            "executionDurationMs": st.just(1),
            "emailAddress": st.just("ada@example.org"),
            "errorMessage": st.sampled_from(["", "ValueError: x", "KeyboardInterrupt", "KernelReplyNotOK"]),
            "metadata": st.just(TAGGED["metadata"]),
        },
    ),
)
def test_every_end_of_a_code_cell_has_one_outcome(kind: str, cell_type: CellType | None, fields: Fields) -> None:
    event = sent(eventType=kind, cellType=cell_type, **fields)
    ends = event.event_type in {"cell_executed", "cell_aborted"} and event.in_code_cell
    assert (event.outcome is not None) is ends
    assert event.is_run is (event.outcome not in (None, Outcome.ABORTED))
    assert event.is_error is (event.outcome is Outcome.ERROR)
    assert event.outcome is not Outcome.ERROR or event.has_error
