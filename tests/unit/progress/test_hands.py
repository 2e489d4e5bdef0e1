"""Raised hands: repeats, leases, and clients that press once."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from classpulse.progress.hands import Hand, hand_of

from tests.builders import NOW, make_event


def at(second: float) -> object:
    return NOW + timedelta(seconds=second)


def hand(helps: Iterable[float], stops: Iterable[float] = (), **fields: object) -> Hand | None:
    """Return the hand after help and help_stop at these seconds."""
    events = [
        make_event(eventType=kind, eventTime=(NOW + timedelta(seconds=second)).isoformat(), **fields)
        for kind, seconds in (("help", helps), ("help_stop", stops))
        for second in seconds
    ]
    return hand_of(sorted(events, key=lambda event: event.ordering))


def test_repeats_are_one_hand_with_a_lease_of_three_intervals() -> None:
    assert hand(range(0, 120, 10)) == Hand(NOW, NOW + timedelta(seconds=140))


@pytest.mark.parametrize("interval", [2, 5, 30, 60])
def test_the_interval_is_learned_from_the_client(interval: int) -> None:
    assert hand(range(0, 4 * interval, interval)) == Hand(NOW, NOW + timedelta(seconds=6 * interval))


@pytest.mark.parametrize(
    "helps",
    [[0], [0, 10], [0, 90, 180, 270], [0, 3, 30, 34], [0, 0.01, 0.02, 0.03], [0, 1, 2, 3, 4]],
    ids=["once", "twice", "rarely", "irregularly", "by several handlers", "too fast for repeats"],
)
def test_a_hand_without_regular_repeats_stays_up(helps: list[float]) -> None:
    assert hand(helps) == Hand(NOW, None)


def test_a_help_after_the_lease_raises_a_new_hand() -> None:
    raised = hand([0, 10, 20, 30, 100])
    assert raised == Hand(NOW + timedelta(seconds=100), NOW + timedelta(seconds=130))


def test_a_missed_repeat_does_not_lower_the_hand() -> None:
    assert hand([0, 10, 20, 40, 50]) == Hand(NOW, NOW + timedelta(seconds=80))


def test_a_stop_lowers_the_hand_and_the_client_stays_known() -> None:
    assert hand([0, 10, 20], [25]) is None
    assert hand([0, 10, 20, 60], [25]) == Hand(NOW + timedelta(seconds=60), NOW + timedelta(seconds=90))


def test_two_reports_of_each_repeat_are_one() -> None:
    pairs = [second + late for second in range(0, 60, 10) for late in (0, 0.004)]
    raised = hand(pairs)
    assert raised is not None
    assert raised.since == at(0)
    assert raised.until is not None
    assert timedelta(seconds=79) < raised.until - NOW < timedelta(seconds=81)


def test_a_hand_of_another_day_says_nothing_of_today() -> None:
    assert hand([0, 13 * 3600]) == Hand(NOW + timedelta(hours=13), None)
    assert hand([], []) is None
