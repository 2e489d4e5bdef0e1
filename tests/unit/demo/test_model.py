"""The demo class is realistic, and the same for the same seed."""

import json
from collections import Counter
from itertools import pairwise, takewhile

from classpulse.ingest.batches import parse_batch

from demo.delivery import Delivery, deliveries
from demo.model import UNKNOWN_TYPES, simulate
from demo.students import enrol


def first_minutes(minutes: float, students: int = 40, seed: int = 1) -> list[Delivery]:
    found = deliveries(simulate(students, seed), seed)
    return list(takewhile(lambda delivery: delivery.at < minutes * 60, found))


def test_the_same_seed_gives_the_same_class_and_another_seed_does_not() -> None:
    assert first_minutes(5) == first_minutes(5)
    assert first_minutes(5) != first_minutes(5, seed=2)


def test_most_students_have_arrived_after_ten_seconds_and_all_after_three_minutes() -> None:
    assert len({delivery.student for delivery in first_minutes(1 / 6)}) >= 25
    assert len({delivery.student for delivery in first_minutes(3)}) == 40


def test_a_class_has_every_state_that_a_dashboard_must_show() -> None:
    found = first_minutes(20)
    kinds = Counter(delivery.action.fields["eventType"] for delivery in found)
    assert {"cell_started", "cell_executed", "notebook_opened", "notebook_saved", "help", "help_stop"} <= set(kinds)
    assert set(UNKNOWN_TYPES) <= set(kinds), "event types that the server does not know"
    errors = [delivery.action for delivery in found if delivery.action.fields.get("hasError")]
    assert 0.1 < len(errors) / kinds["cell_executed"] < 0.6
    repeated = Counter((delivery.student, delivery.number) for delivery in found)
    assert max(repeated.values()) == 2, "a batch is delivered twice"
    late = [delivery for delivery in found if delivery.at - delivery.action.at > 20]
    assert late, "an offline spell"


def test_a_cell_starts_with_the_code_that_it_then_runs() -> None:
    running: dict[int, tuple[float, str]] = {}
    longest = 0.0
    for action in takewhile(lambda action: action.at < 1200, simulate(40, 1)):
        if action.fields["eventType"] == "cell_started":
            running[action.student] = action.at, action.fields["code"]
        elif action.fields["eventType"] == "cell_executed":
            began, code = running.pop(action.student)
            assert code == action.fields["code"]
            longest = max(longest, action.at - began)
    assert longest > 40, "an endless loop, long enough to be shown as running"


def test_execution_counts_rise_by_one_in_a_notebook() -> None:
    runs = [a for a in takewhile(lambda a: a.at < 300, simulate(1, 3)) if "executionCount" in a.fields]
    first = [a.fields["executionCount"] for a in runs if a.fields["notebookPath"] == runs[0].fields["notebookPath"]]
    assert first == list(range(1, len(first) + 1))
    assert len(first) > 3


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
