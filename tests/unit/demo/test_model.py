"""The demo class is realistic, and the same for the same seed."""

import json
from collections import Counter
from itertools import pairwise, takewhile
from typing import Any

from classpulse.ingest.batches import parse_batch
from classpulse.ingest.events import AbortReason, EventType

from demo.delivery import Delivery, deliveries
from demo.model import FIRST_TAB, Action, simulate
from demo.sitting import UNKNOWN_TYPES
from demo.students import EACH, SETUPS, Dialect, enrol

CELL_MONITORS = {number for number, setup in SETUPS.items() if setup.dialect == Dialect.CELL_MONITOR}
OLDER = {number for number, setup in SETUPS.items() if setup.dialect == Dialect.OLDER}


def first_minutes(minutes: float, students: int = 40, seed: int = 1) -> list[Delivery]:
    found = deliveries(simulate(students, seed), seed)
    return list(takewhile(lambda delivery: delivery.at < minutes * 60, found))


def actions(minutes: float, students: int = 40, seed: int = 1) -> list[Action]:
    return list(takewhile(lambda action: action.at < minutes * 60, simulate(students, seed)))


def types(found: list[Action]) -> set[str]:
    return {action.fields["eventType"] for action in found}


def of(found: list[Action], event_type: str, **fields: Any) -> list[Action]:
    wanted = {"eventType": event_type, **fields}
    return [action for action in found if wanted.items() <= action.fields.items()]


def test_the_same_seed_gives_the_same_class_and_another_seed_does_not() -> None:
    assert first_minutes(5) == first_minutes(5)
    assert first_minutes(5) != first_minutes(5, seed=2)


def test_most_students_have_arrived_after_ten_seconds_and_all_after_three_minutes() -> None:
    assert len({delivery.student for delivery in first_minutes(1 / 6)}) >= 25
    assert len({delivery.student for delivery in first_minutes(3)}) == 40


def test_a_class_has_every_state_that_a_dashboard_must_show() -> None:
    found = first_minutes(20)
    kinds = Counter(delivery.action.fields["eventType"] for delivery in found)
    assert set(EventType) <= {*kinds, "kernel_restarted", "kernel_died"}
    assert set(UNKNOWN_TYPES) <= set(kinds), "event types that the server does not know"
    errors = [delivery.action for delivery in found if delivery.action.fields.get("hasError")]
    assert 0.1 < len(errors) / kinds["cell_executed"] < 0.6
    repeated = Counter((delivery.student, delivery.number) for delivery in found)
    assert max(repeated.values()) == 2, "a batch is delivered twice"
    late = [delivery for delivery in found if delivery.at - delivery.action.at > 20]
    assert late, "an offline spell"


def test_a_lesson_has_every_event_type_and_every_reason_to_abort() -> None:
    found = actions(60)
    assert set(EventType) <= types(found)
    assert {action.fields["reason"] for action in of(found, "cell_aborted")} == set(AbortReason)


def test_a_cell_starts_with_the_code_that_it_then_runs() -> None:
    running: dict[tuple[int, str], tuple[float, str]] = {}
    longest = 0.0
    for action in actions(20):
        run = action.student, action.fields.get("runId", "")
        if not run[1] or action.tab != FIRST_TAB:
            continue
        if action.fields["eventType"] == "cell_started":
            # A cell that goes on after input() has started before.
            running.setdefault(run, (action.at, action.fields["code"]))
        elif action.fields["eventType"] == "cell_executed":
            began, code = running.pop(run)
            assert code == action.fields["code"]
            longest = max(longest, action.at - began)
    assert longest > 40, "an endless loop, long enough to be shown as running"


def test_a_run_all_queues_the_cells_and_a_failure_aborts_the_rest() -> None:
    found = [action for action in actions(60) if action.tab == FIRST_TAB]
    aborted = of(found, "cell_aborted", reason="earlier_error")[0]
    same = [action for action in found if action.student == aborted.student]
    own = [action.fields["eventType"] for action in same if action.fields.get("runId") == aborted.fields["runId"]]
    assert own == ["cell_queued", "cell_aborted"]
    before = [action for action in same if action.number < aborted.number and "runId" in action.fields]
    failed = [action for action in before if action.fields["eventType"] == "cell_executed"][-1]
    assert failed.fields["hasError"]
    assert failed.at == aborted.at


def test_a_cell_that_asks_waits_and_goes_on_in_the_same_run() -> None:
    found = actions(20)
    waits = of(found, "cell_waiting")[0]
    run = [action for action in found if action.fields.get("runId") == waits.fields["runId"]]
    own = [action.fields["eventType"] for action in run if action.student == waits.student]
    assert own == ["cell_started", "cell_waiting", "cell_started", "cell_executed"]


def test_an_interrupt_is_an_error_by_its_name_only() -> None:
    stopped = [
        action for action in actions(60) if action.fields.get("errorMessage", "").startswith("KeyboardInterrupt")
    ]
    assert {action.student % EACH in CELL_MONITORS | OLDER for action in stopped} == {True, False}


def test_an_announced_error_carries_its_tag() -> None:
    announced = [action for action in actions(20) if "tags" in action.fields.get("metadata", {})]
    assert len(announced) > 10
    assert all(action.fields["hasError"] for action in announced)
    assert {tuple(action.fields["metadata"]["tags"]) for action in announced} == {("raises-exception",)}


def test_an_older_client_starts_cells_when_it_queues_them_and_names_no_run() -> None:
    found = [action for action in actions(60) if action.student in OLDER]
    assert types(found) <= {
        *("cell_started", "cell_executed", "notebook_opened", "notebook_saved", "notebook_closed", "help", "help_stop"),
        *UNKNOWN_TYPES,
    }
    assert not [action for action in found if "runId" in action.fields]
    starts = [action for action in found if action.fields["eventType"] == "cell_started"]
    assert [1 for one, other in pairwise(starts) if one.student == other.student and other.at - one.at < 0.01]
    assert of(found, "cell_executed", hasError=True, executionCount=None), "an aborted cell is a nameless failure"


def test_a_cell_monitor_sends_addresses_and_ends_only() -> None:
    found = [action for action in actions(60) if action.student in CELL_MONITORS]
    assert "cell_started" not in types(found)
    assert all("emailAddress" in action.fields and "userId" not in action.fields for action in found)
    runs = [action.fields for action in of(found, "cell_executed") if action.fields["cellType"] == "code"]
    assert {type(run["executionDurationMs"]) for run in runs} == {int}
    aborted = [run for run in runs if "executionCount" not in run]
    assert aborted
    assert not [run for run in aborted if run["hasError"]]


def test_a_cell_monitor_repeats_help_every_ten_seconds() -> None:
    found = [action for action in actions(60) if action.student in CELL_MONITORS]
    repeats = [
        other.at - one.at
        for student in CELL_MONITORS
        for one, other in pairwise(action for action in found if action.student == student)
        if one.fields["eventType"] == other.fields["eventType"] == "help"
    ]
    assert [round(seconds, 6) for seconds in repeats].count(10) > 10


def test_a_second_tab_reports_every_run_again() -> None:
    tabs = {number for number, setup in SETUPS.items() if setup.second_tab}
    found = [action for action in actions(10) if "runId" in action.fields and action.student in tabs]
    first = Counter(action.fields["runId"] for action in found if action.tab == FIRST_TAB)
    second = Counter(action.fields["runId"] for action in found if action.tab != FIRST_TAB)
    assert first
    # The last report of the period may not have been repeated yet.
    assert (first - second).total() <= len(tabs)
    assert second - first == Counter()


def test_cells_of_an_older_notebook_format_have_new_ids_at_every_load() -> None:
    (student,) = (number for number, setup in SETUPS.items() if not setup.stable_ids)
    loads: list[set[str]] = []
    for action in (action for action in actions(60) if action.student == student):
        if action.fields["eventType"] == "notebook_opened":
            loads.append(set())
        elif "cellId" in action.fields:
            loads[-1].add(action.fields["cellId"])
    used = [ids for ids in loads if ids]
    assert len(used) > 2
    assert sum(map(len, used)) == len(set.union(*used))


def test_an_empty_cell_is_run_before_its_code_is_written() -> None:
    found = actions(60)
    empty = [action for action in found if action.fields.get("code") == ""]
    assert {action.student in CELL_MONITORS | OLDER for action in empty} == {True, False}


def test_most_cells_end_well_and_few_students_are_in_trouble() -> None:
    found = [action for action in actions(30) if action.tab == FIRST_TAB]
    streaks: Counter[int] = Counter()
    in_trouble = []
    for action in found:
        if "executionCount" not in action.fields or action.fields["executionCount"] is None:
            continue
        failed = action.fields["hasError"] and "metadata" not in action.fields
        streaks[action.student] = streaks[action.student] + 1 if failed else 0
        in_trouble.append(sum(streak >= 3 for streak in streaks.values()) / 40)
    assert max(in_trouble) < 0.25
    assert sum(in_trouble) / len(in_trouble) < 0.1


def test_the_class_changes_about_every_second() -> None:
    moments = [0.0, *(delivery.at for delivery in first_minutes(10))]
    pauses = [after - before for before, after in pairwise(moments)]
    assert len(moments) / 600 > 1
    assert max(pauses) < 5


def test_offline_events_arrive_in_order_after_reconnecting() -> None:
    burst = [d for d in first_minutes(20) if d.at - d.action.at > 5]
    groups = [[d.number for d in burst if (d.student, d.at) == key] for key in {(d.student, d.at) for d in burst}]
    assert max(len(group) for group in groups) >= 4
    assert all(group == sorted(group) for group in groups)


def test_some_students_fail_far_more_often_than_others() -> None:
    runs = [delivery for delivery in first_minutes(20) if "hasError" in delivery.action.fields]
    errors = Counter(delivery.student for delivery in runs if delivery.action.fields["hasError"])
    total = Counter(delivery.student for delivery in runs)
    shares = sorted(errors[student] / total[student] for student in total)
    assert shares[0] < 0.2
    assert shares[-1] > 0.5


def test_every_event_is_one_that_the_contract_accepts() -> None:
    events = [
        {"eventId": f"{d.student}-{d.number}", "eventTime": "2026-01-01T09:00:00+00:00", **d.action.fields}
        for d in first_minutes(5)[:100]
    ]
    batch = parse_batch(json.dumps(events).encode())
    assert not batch.rejected
    assert len(batch.events) == 100


def test_a_larger_class_begins_with_the_smaller_one() -> None:
    assert enrol(100, 7)[:40] == enrol(40, 7)
    assert len({student.user_id for student in enrol(1000, 7)}) == 1000
