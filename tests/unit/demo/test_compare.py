"""A perfect observer scores 1; planted mistakes score what they must."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from demo.compare import (
    CELLS,
    HAND,
    NEAR,
    PLACE,
    RUNS,
    STATES,
    STREAK,
    UNKNOWN_TIME,
    UNTOLD,
    WAITS,
    Report,
    Shown,
    compare,
    compare_all,
)
from demo.state import CellKey, Snapshot, Status
from demo.students import Dialect, Setup, enrol
from demo.truth import Line, lines

BOOK = "week05/statistics.ipynb"
RUNNING, DONE = (BOOK, "mean"), (BOOK, "total")


def perfect(snapshot: Snapshot) -> Shown:
    """Return what an observer shows who knows everything."""
    statuses = set(snapshot.cells.values())
    return Shown(
        runs=Status.RUNNING in statuses,
        waits=Status.WAITING in statuses,
        hand_since=snapshot.hand_since,
        streak=snapshot.streak,
        place=snapshot.place,
        cells=snapshot.cells,
    )


def one(
    cells: Mapping[CellKey, Status] | None = None,
    setup: Setup | None = None,
    hand_since: float | None = None,
    streak: int = 0,
) -> Line:
    """Return the truth about one student, from second 10 on."""
    student = replace(enrol(1, 1)[0], setup=setup or Setup())
    truth = Snapshot((BOOK, "mean"), hand_since, streak, {RUNNING: Status.RUNNING} if cells is None else cells)
    return Line(student, [10.0], [truth])


def score(line: Line, shown: Shown, *, live: bool = False) -> Report:
    report = Report()
    compare(report, line, 100.0, shown, margin=1.0, live=live)
    return report


def counts(report: Report, state: str) -> tuple[int, int, int]:
    found = report.scores[state]
    return found.true, found.shown, found.right


def test_a_perfect_observer_scores_one_in_every_state() -> None:
    report, truth = Report(), lines(40, 1, 1800)
    for instant in range(10, 1800, 10):
        shown = {line.student.user_id: perfect(line.at(instant)) for line in truth}
        compare_all(report, truth, instant, shown, margin=0.5, live=False)
    assert report.differences == []
    assert {(report.scores[state].precision, report.scores[state].recall) for state in STATES} == {(1.0, 1.0)}
    assert report.below(1.0) == []
    assert set(report.left_out) == {NEAR, UNTOLD, UNKNOWN_TIME}


def test_an_observer_who_sees_nothing_has_no_recall_and_no_precision() -> None:
    report, truth = Report(), lines(40, 1, 600)
    compare_all(report, truth, 590, {}, margin=0.0, live=False)
    assert report.scores[PLACE].recall == 0.0
    assert report.scores[PLACE].precision is None
    assert PLACE in report.below(0.99)


def test_a_run_that_is_not_shown_costs_recall() -> None:
    report = score(one(), Shown(place=(BOOK, "mean")))
    assert counts(report, CELLS[Status.RUNNING]) == counts(report, RUNS) == (1, 0, 0)
    assert counts(report, PLACE) == (1, 1, 1)
    assert report.below(0.99) == [CELLS[Status.RUNNING], RUNS]


def test_a_cell_that_is_shown_as_running_for_ever_costs_precision_and_the_recall_of_its_outcome() -> None:
    line = one({RUNNING: Status.OK})
    report = score(line, replace(perfect(line.at(100)), cells={RUNNING: Status.RUNNING}, runs=True))
    assert counts(report, CELLS[Status.RUNNING]) == (0, 1, 0)
    assert counts(report, CELLS[Status.OK]) == (1, 0, 0)
    assert counts(report, RUNS) == (0, 1, 0)
    assert len(report.differences) == 3


def test_an_aborted_cell_that_is_shown_as_an_error_is_found() -> None:
    line = one({DONE: Status.ABORTED})
    report = score(line, replace(perfect(line.at(100)), cells={DONE: Status.ERROR}, streak=1))
    assert counts(report, CELLS[Status.ABORTED]) == (1, 0, 0)
    assert counts(report, CELLS[Status.ERROR]) == (0, 1, 0)
    assert counts(report, STREAK) == (0, 1, 0)


def test_a_hand_counts_as_right_only_with_its_time() -> None:
    line = one(hand_since=50.0)
    right = perfect(line.at(100))
    assert counts(score(line, replace(right, hand_since=50.9)), HAND) == (1, 1, 1)
    assert counts(score(line, replace(right, hand_since=60.0)), HAND) == (1, 1, 0)
    assert counts(score(line, replace(right, hand_since=None)), HAND) == (1, 0, 0)
    assert counts(score(one(), replace(right, hand_since=50.0)), HAND) == (0, 1, 0)


def test_what_a_client_does_not_report_is_not_compared() -> None:
    line = one(setup=Setup(Dialect.CELL_MONITOR))
    report = score(line, Shown(place=(BOOK, "total")))
    assert report.below(1.0) == []
    assert report.left_out[UNTOLD] == 1
    assert counts(report, CELLS[Status.RUNNING]) == counts(report, PLACE) == (0, 0, 0)


def test_a_run_that_a_client_cannot_report_and_that_is_over_is_a_mistake() -> None:
    line = one({RUNNING: Status.OK}, Setup(Dialect.CELL_MONITOR))
    assert counts(score(line, replace(perfect(line.at(100)), runs=True)), RUNS) == (0, 1, 0)


def test_a_wrong_clock_leaves_out_the_past_but_not_the_present() -> None:
    line = one({DONE: Status.ERROR}, Setup(Dialect.OLDER, clock=-3600.0), hand_since=50.0, streak=1)
    shown = replace(perfect(line.at(100)), hand_since=-3550.0)
    past, now = score(line, shown), score(line, shown, live=True)
    assert past.left_out == {UNKNOWN_TIME: 1}
    assert counts(past, STREAK) == (0, 0, 0)
    assert counts(now, STREAK) == counts(now, HAND) == (1, 1, 1)


def test_students_who_change_at_the_instant_are_left_out() -> None:
    for setup, instant in ((Setup(), 10.005), (Setup(clock=3600.0), 10.5)):
        report = Report()
        compare(report, one(setup=setup), instant, Shown(), margin=1.0, live=True)
        assert report.left_out == {NEAR: 1}
        assert report.below(1.0) == []


def test_a_right_clock_is_compared_at_any_other_instant() -> None:
    report = Report()
    compare(report, one(), 10.5, Shown(), margin=1.0, live=True)
    assert report.left_out == {}
    assert counts(report, RUNS) == (1, 0, 0)


@pytest.mark.parametrize(("bound", "below"), [(0.5, []), (0.51, [CELLS[Status.OK]])])
def test_the_bound_is_the_lowest_share_that_is_good_enough(bound: float, below: list[str]) -> None:
    line = one({DONE: Status.OK, RUNNING: Status.OK})
    report = score(line, replace(perfect(line.at(100)), cells={DONE: Status.OK}))
    assert report.below(bound) == below


def test_the_table_has_a_line_for_each_state() -> None:
    text = score(one(), perfect(one().at(100))).text()
    assert [row.split("  ")[0] for row in text.splitlines()[1:]] == list(STATES)
    assert f"{RUNS:24}       1       1       1     100.0%   100.0%" in text
    assert f"{WAITS:24}       0       0       0          -        -" in text


def test_a_place_that_nobody_can_tell_is_left_out_also_before_the_first_run() -> None:
    line = replace(one(), snapshots=[Snapshot()])
    report = score(line, Shown(place=(BOOK, "intro")))
    assert counts(report, PLACE) == (0, 0, 0)
    assert report.left_out == {UNTOLD: 1}


def test_a_student_who_has_not_come_is_nowhere() -> None:
    line = replace(one(), instants=[200.0])
    assert counts(score(line, Shown(place=(BOOK, "intro"))), PLACE) == (0, 1, 0)
