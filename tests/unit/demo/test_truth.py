"""The truth about the demo class is the simulation's own state."""

from itertools import takewhile

import pytest

from demo.model import moments, simulate
from demo.state import State, Status
from demo.students import Dialect, enrol
from demo.truth import Line, lines, telling_instants

MINUTES = 30
CELL = ("week05/statistics.ipynb", "mean")


@pytest.fixture(scope="module")
def truth() -> list[Line]:
    return lines(40, 1, MINUTES * 60)


def states_of(line: Line) -> set[Status]:
    return {status for snapshot in line.snapshots for status in snapshot.cells.values()}


def test_nothing_is_true_before_a_student_comes(truth: list[Line]) -> None:
    for line in truth:
        before = line.at(line.instants[0] - 0.001)
        assert (before.place, before.hand_since, before.streak, dict(before.cells)) == (None, None, 0, {})
        assert line.at(line.instants[0]).place == ("week05/statistics.ipynb", None)


def test_an_instant_has_the_newest_snapshot_that_is_not_later(truth: list[Line]) -> None:
    line = truth[0]
    assert line.at(line.instants[5]) == line.snapshots[5]
    assert line.at(line.instants[6] - 0.0001) == line.snapshots[5]
    assert line.at(1e9) == line.snapshots[-1]
    assert line.changes_within(line.instants[5] + 0.4, 0.5)
    assert not line.changes_within(line.instants[-1] + 1, 0.5)


def test_a_class_is_in_every_state(truth: list[Line]) -> None:
    assert set.union(*(states_of(line) for line in truth)) == set(Status)
    assert any(snapshot.hand_since is not None for line in truth for snapshot in line.snapshots)
    assert max(snapshot.streak for line in truth for snapshot in line.snapshots) >= 3


def test_a_kernel_runs_one_cell_at_a_time_and_queues_only_behind_it(truth: list[Line]) -> None:
    for line in truth:
        for snapshot in line.snapshots:
            statuses = list(snapshot.cells.values())
            busy = statuses.count(Status.RUNNING) + statuses.count(Status.WAITING)
            assert busy <= 1
            assert busy or Status.QUEUED not in statuses


def test_a_hand_whose_client_falls_silent_is_down_after_three_periods() -> None:
    monitors = [student for student in enrol(400, 1) if student.setup.dialect == Dialect.CELL_MONITOR]
    leases = 0
    for student in monitors:
        found = list(takewhile(lambda moment: moment.at < 3600, moments(student, 1)))
        helps = [moment.at for moment in found if moment.reports and moment.reports[0]["eventType"] == "help"]
        for moment in found:
            if not moment.reports and moment.truth.hand_since is None and helps and helps[0] < moment.at:
                last = max(at for at in helps if at <= moment.at)
                if moment.at - last == pytest.approx(30):
                    leases += 1
    assert leases > 3


def test_a_silent_hand_of_another_client_stays_up() -> None:
    for student in enrol(40, 1):
        if student.setup.dialect == Dialect.CELL_MONITOR:
            continue
        up = False
        for moment in takewhile(lambda moment: moment.at < 3600, moments(student, 1)):
            kinds = {report["eventType"] for report in moment.reports}
            up = (up or "help" in kinds) and "help_stop" not in kinds
            assert (moment.truth.hand_since is not None) == up


def test_the_truth_does_not_depend_on_what_the_clients_report() -> None:
    """The same student, with another client, ends the same run in the same state."""
    state = State()
    state.begin(CELL, Status.QUEUED)
    state.begin(CELL, Status.RUNNING)
    state.end(CELL, Status.ERROR)
    state.begin(CELL, Status.QUEUED)
    assert state.snapshot().cells == {CELL: Status.QUEUED}
    state.abort(CELL)
    assert (state.snapshot().cells, state.streak) == ({CELL: Status.ERROR}, 1)
    state.begin(CELL, Status.RUNNING)
    state.end(CELL, Status.INTERRUPTED, neutral=True)
    assert (state.snapshot().cells, state.streak) == ({CELL: Status.INTERRUPTED}, 1)


def test_a_cell_that_is_aborted_before_its_first_run_has_never_run() -> None:
    state = State()
    state.begin(CELL, Status.QUEUED)
    state.abort(CELL)
    assert state.snapshot().cells == {CELL: Status.ABORTED}
    assert state.streak == 0


def test_the_truth_is_that_of_the_class_that_is_sent() -> None:
    sent = {(action.student, action.at) for action in takewhile(lambda action: action.at < 600, simulate(40, 1))}
    known = {(line.student.number, at) for line in lines(40, 1, 600) for at in line.instants}
    second_tabs = {line.student.number for line in lines(40, 1, 0) if line.student.setup.second_tab}
    assert {found for found in sent if found[0] not in second_tabs} <= known


def test_the_telling_instants_have_every_rare_state(truth: list[Line]) -> None:
    instants = telling_instants(truth, MINUTES * 60)
    assert 1 <= len(instants) <= len(Status)
    there = {status for instant in instants for line in truth for status in line.at(instant).cells.values()}
    assert there == set(Status)
    assert any(line.at(instant).hand_since is not None for instant in instants for line in truth)
