"""Who needs help, why and when."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from classpulse.progress.attention import Attention
from classpulse.progress.model import StudentProgress, fold_student
from classpulse.progress.need import Need, NeedKind

from tests.builders import ERROR, NOW, make_fact

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
ABSENT = NOW + 120 * MINUTE


def student(**fields: Any) -> StudentProgress:
    """Return a student whose last event happened and arrived now."""
    folded = fold_student([make_fact(received_at=NOW)], revision=1)
    return folded.model_copy(update={"last_event": NOW, "last_seen": NOW} | fields)


def kinds_at(moment: datetime, found: StudentProgress) -> list[str]:
    return [need.kind for need in found.needs if need.starts <= moment < need.ends]


def resolved(at: datetime = NOW, errors: int = 0, hand: datetime | None = None) -> Attention:
    return Attention(resolved_at=at, resolved_errors=errors, resolved_help=hand)


def test_a_student_at_work_needs_nothing() -> None:
    assert student().needs == []
    assert student(error_streak=2, errors=2).needs == []


def test_a_raised_hand_counts_from_the_beginning_until_the_student_is_absent() -> None:
    since = NOW - MINUTE
    assert student(help_since=since).needs == [Need(kind=NeedKind.HAND, since=since, starts=since, ends=ABSENT)]


def test_a_hand_with_a_lease_comes_down_when_the_lease_ends() -> None:
    leased = student(help_since=NOW, help_until=NOW + 30 * SECOND)
    assert kinds_at(NOW + 29 * SECOND, leased) == ["hand"]
    assert kinds_at(NOW + 30 * SECOND, leased) == []


def test_a_lease_does_not_outlast_the_presence_of_the_student() -> None:
    (need,) = student(help_since=NOW, help_until=NOW + 180 * MINUTE).needs
    assert need.ends == ABSENT


def test_a_hand_of_a_fast_clock_counts_from_its_arrival() -> None:
    (need,) = student(help_since=NOW + 60 * MINUTE).needs
    assert (need.since, need.starts) == (NOW, NOW)


def test_the_times_of_a_clock_that_is_known_to_be_slow_are_corrected() -> None:
    slow = {"help_since": NOW - 61 * MINUTE, "help_until": NOW - 59 * MINUTE, "running_since": NOW - 61 * MINUTE}
    hand, running = student(**slow, clock_offset=3600).needs
    assert (hand.since, hand.ends) == (NOW - MINUTE, NOW + MINUTE)
    assert (running.since, running.starts) == (NOW - MINUTE, NOW - 30 * SECOND)
    assert student(help_since=NOW, clock_offset=-3600).needs[0].since == NOW


def test_a_resolved_hand_is_settled_until_it_is_raised_again() -> None:
    up = NOW - 5 * MINUTE
    assert student(help_since=up, attention=resolved(hand=up)).needs == []
    # A late event moves the beginning of the same hand back.
    assert student(help_since=up - SECOND, attention=resolved(hand=up)).needs == []
    assert kinds_at(NOW, student(help_since=up + SECOND, attention=resolved(hand=up))) == ["hand"]


def test_resolving_a_streak_does_not_settle_a_later_hand() -> None:
    assert kinds_at(NOW, student(help_since=NOW, attention=resolved())) == ["hand"]


def test_three_failed_runs_in_a_row_are_a_need() -> None:
    (need,) = student(error_streak=3, errors=9).needs
    assert (need.kind, need.count, need.starts, need.ends) == ("streak", 3, NOW, ABSENT)


@pytest.mark.parametrize(("errors", "streak", "unresolved"), [(6, 4, 0), (8, 6, 2), (9, 7, 3), (12, 4, 4)])
def test_only_errors_since_it_was_resolved_make_a_streak(errors: int, streak: int, unresolved: int) -> None:
    found = student(errors=errors, error_streak=streak, attention=resolved(errors=6))
    assert found.unresolved_streak == unresolved
    assert [need.count for need in found.needs] == ([unresolved] if unresolved >= 3 else [])


def test_an_attention_that_nobody_resolved_settles_nothing() -> None:
    claimed = Attention(claimed_by="Ms Sato", claimed_at=NOW, note="knows slices")
    assert kinds_at(NOW, student(errors=3, error_streak=3, help_since=NOW, attention=claimed)) == ["hand", "streak"]


def test_a_cell_runs_long_after_thirty_seconds() -> None:
    running = student(running_since=NOW)
    assert kinds_at(NOW + 29 * SECOND, running) == []
    assert kinds_at(NOW + 30 * SECOND, running) == ["running"]
    assert (running.needs[0].since, running.runs_long_from) == (NOW, NOW + 30 * SECOND)
    assert student().runs_long_from is None


def test_a_cell_that_waits_for_input_does_not_run_long() -> None:
    assert student(running_since=None, waiting_since=NOW - 10 * MINUTE).needs == []


def test_a_student_is_behind_eight_minutes_after_the_last_event() -> None:
    behind = student(is_behind=True, behind_until=NOW + 20 * MINUTE)
    assert kinds_at(NOW + 8 * MINUTE - SECOND, behind) == []
    assert kinds_at(NOW + 8 * MINUTE, behind) == ["behind"]
    assert kinds_at(NOW + 20 * MINUTE, behind) == []
    assert behind.needs[0].since == NOW


def test_a_student_is_not_behind_while_the_class_pauses() -> None:
    assert student(is_behind=True, behind_until=NOW + 8 * MINUTE).needs == []


def test_resolving_settles_running_and_behind_until_the_next_event() -> None:
    stuck: dict[str, Any] = {"running_since": NOW, "is_behind": True, "behind_until": NOW + 20 * MINUTE}
    assert student(**stuck, attention=resolved()).needs == []
    later = student(**stuck, attention=resolved(at=NOW - SECOND))
    assert [need.kind for need in later.needs] == ["running", "behind"]


def test_a_snooze_and_a_claim_keep_the_needs() -> None:
    snoozed = Attention(snoozed_until=NOW + MINUTE, claimed_by="Ms Sato", claimed_at=NOW)
    assert kinds_at(NOW, student(help_since=NOW, attention=snoozed)) == ["hand"]


def test_the_most_urgent_need_is_the_first() -> None:
    found = student(
        help_since=NOW,
        errors=4,
        error_streak=4,
        running_since=NOW,
        is_behind=True,
        behind_until=NOW + 20 * MINUTE,
    )
    assert [need.kind for need in found.needs] == list(NeedKind)


def test_no_need_counts_when_the_student_is_absent() -> None:
    found = student(help_since=NOW, errors=3, error_streak=3, running_since=NOW)
    assert (found.idle_from, found.absent_from) == (NOW + 5 * MINUTE, ABSENT)
    assert kinds_at(ABSENT - SECOND, found) == ["hand", "streak", "running"]
    assert kinds_at(ABSENT, found) == []


def test_a_teacher_of_the_class_needs_no_help() -> None:
    assert student(is_teacher=True, help_since=NOW, errors=3, error_streak=3, running_since=NOW).needs == []


def test_needs_are_sent_with_the_student_and_computed_again_when_read() -> None:
    sent = student(help_since=NOW, last_error_name=ERROR["errorMessage"])
    wire = sent.model_dump(mode="json", by_alias=True)
    assert wire["needs"] == [
        {
            "kind": "hand",
            "since": "2026-04-01T09:00:00Z",
            "starts": "2026-04-01T09:00:00Z",
            "ends": "2026-04-01T11:00:00Z",
            "count": None,
        }
    ]
    assert (wire["unresolvedStreak"], wire["idleFrom"], wire["absentFrom"]) == (
        0,
        "2026-04-01T09:05:00Z",
        "2026-04-01T11:00:00Z",
    )
    assert StudentProgress.model_validate(wire | {"needs": []}) == sent
