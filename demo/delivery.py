"""When each action is sent: at once, late after an offline spell, or twice. Pure and seeded."""

import heapq
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from demo.model import Action

CHANCE_TO_LOSE_THE_NETWORK = 0.008
CHANCE_TO_REPEAT = 0.02


@dataclass(frozen=True, order=True)
class Delivery:
    """An action, sent at the second `at` of class time. Sorting by number keeps a burst in order."""

    at: float
    student: int
    number: int
    action: Action


def deliveries(actions: Iterable[Action], seed: int) -> Iterator[Delivery]:
    """Take actions sorted by time, and yield them in the order in which they are sent.

    A student's network may fail for a while and then send everything at once. Some actions are sent twice.
    """
    waiting: list[Delivery] = []
    offline_until: dict[int, float] = {}
    for action in actions:
        while waiting and waiting[0].at <= action.at:
            yield heapq.heappop(waiting)
        dice = random.Random(f"{seed}/network/{action.student}/{action.number}")  # noqa: S311
        if action.at > offline_until.get(action.student, -1.0) and dice.random() < CHANCE_TO_LOSE_THE_NETWORK:
            offline_until[action.student] = action.at + dice.uniform(20, 120)
        at = max(action.at, offline_until.get(action.student, 0.0))
        heapq.heappush(waiting, Delivery(at, action.student, action.number, action))
        if dice.random() < CHANCE_TO_REPEAT:
            heapq.heappush(waiting, Delivery(at + dice.uniform(1, 10), action.student, action.number, action))
    while waiting:
        yield heapq.heappop(waiting)
