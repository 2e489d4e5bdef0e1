"""Queues whose workers take messages in batches, as Lambda does from SQS: a formula, and a simulation.

The formula is the M/M[1,B]/c queue (N. T. J. Bailey 1954, M. L. Chaudhry and J. G. C. Templeton, A First Course in Bulk
Queues, 1983) with Allen and Cunneen's correction for service times that vary less than exponential ones.
"""

import heapq
import math
import random
from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True)
class Stage:
    """One queue and its workers.

    arrivals: messages a second. A worker that takes n messages needs fixed + n * each seconds, with the coefficient of
    variation cv. A worker does not wait for a batch to fill.
    """

    arrivals: float
    workers: int
    batch: int
    fixed: float
    each: float
    cv: float = 0.5

    def seconds(self, messages: float) -> float:
        """Return the mean time that so many messages take."""
        return self.fixed + messages * self.each

    @property
    def most(self) -> float:
        """Messages a second with every worker busy and every batch full."""
        return self.workers * self.batch / self.seconds(self.batch)


@dataclass(frozen=True)
class Queue:
    """The steady state of a stage: busy workers, waiting messages, their mean wait, messages in a batch."""

    busy: float
    waiting: float
    wait: float
    batch: float


def model(stage: Stage) -> Queue:
    """Return the formula's result. Raises ValueError if the workers cannot keep up."""
    if stage.arrivals >= stage.most:
        raise ValueError(
            f"{stage.arrivals:.0f} messages a second arrive, but the workers handle {stage.most:.0f} at most"
        )
    size = 1.0
    for _ in range(200):
        found = _given_size(stage, size)
        if abs(found.batch - size) < 1e-9:
            break
        size = (size + found.batch) / 2
    return found


def _given_size(stage: Stage, size: float) -> Queue:
    """Return the M/M[1,B]/c queue whose mean service time is that of a batch of `size`."""
    rate, workers = 1 / stage.seconds(size), stage.workers
    full = workers * rate
    if stage.arrivals >= full * stage.batch:
        # The first guess at the batch size is too small for the workers to keep up.
        return Queue(workers, math.inf, math.inf, min(stage.batch, size * 1.5))
    decay = _decay(stage.arrivals, full, stage.batch)
    # Logarithms: the weights of a thousand workers overflow a float.
    logs = [busy * math.log(stage.arrivals / rate) - math.lgamma(busy + 1) for busy in range(workers + 1)]
    *idle, all_busy = (math.exp(weight - max(logs)) for weight in logs)
    total = sum(idle) + all_busy / (1 - decay)
    some_idle = sum(idle) / total
    nobody_waits = all_busy / total
    starts = stage.arrivals * some_idle + full * nobody_waits * decay / (1 - decay)
    waiting = nobody_waits * decay / (1 - decay) ** 2 * (1 + stage.cv**2) / 2
    return Queue(starts / rate, waiting, waiting / stage.arrivals, stage.arrivals / starts)


def _decay(arrivals: float, full: float, batch: int) -> float:
    """Return the ratio of the probabilities of q + 1 and q messages waiting: the root in (0, 1) of the balance."""
    low, high = 0.0, 1.0
    for _ in range(100):
        middle = (low + high) / 2
        # In balance, arrivals at a queue of q equal departures by batches that start at q + 1 to q + batch.
        if full * sum(middle**power for power in range(1, batch + 1)) < arrivals:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def simulate(stage: Stage, messages: int, seed: int) -> Queue:
    """Simulate so many messages; the first tenth warms up and is not counted."""
    chance = random.Random(seed)  # noqa: S311
    now, ends = 0.0, [0.0] * stage.workers
    line: deque[float] = deque()
    waits: list[float] = []
    busy = batches = taken = 0.0
    arrival = chance.expovariate(stage.arrivals)
    started = arrived = 0
    while started < messages:
        # A free worker takes the waiting messages; otherwise time advances to the next arrival or end.
        free = ends[0] <= now
        if free and line:
            batch = [line.popleft() for _ in range(min(stage.batch, len(line)))]
            took = _gamma(chance, stage.seconds(len(batch)), stage.cv)
            heapq.heapreplace(ends, now + took)
            started += len(batch)
            if started > messages / 10:
                waits += [now - since for since in batch]
                busy, batches, taken = busy + took, batches + 1, taken + len(batch)
            continue
        now = arrival if free else min(arrival, ends[0])
        if now == arrival:
            line.append(now)
            arrived += 1
            arrival = now + chance.expovariate(stage.arrivals)
    wait = sum(waits) / len(waits)
    return Queue(busy / (taken / stage.arrivals), wait * stage.arrivals, wait, taken / batches)


def _gamma(chance: random.Random, mean: float, cv: float) -> float:
    return chance.gammavariate(1 / cv**2, mean * cv**2) if cv else mean


def blocked(load: float, places: int) -> float:
    """Return the share of requests that find every place taken (Erlang B); load: arrivals times mean duration."""
    share = 1.0
    for place in range(1, places + 1):
        share = load * share / (place + load * share)
    return share


def places_for(load: float, share: float) -> int:
    """Return the number of places at which no larger share of the requests is refused."""
    places, found = 0, 1.0
    while found > share:
        places += 1
        found = load * found / (places + load * found)
    return places


def simulate_places(load: float, places: int, requests: int, seed: int, cv: float = 0.5) -> tuple[float, float]:
    """Simulate so many requests; return the mean number under way, and the share that is refused.

    A request takes one unit of time in the mean, and is refused when no place is free. The first tenth warms up.
    """
    chance = random.Random(seed)  # noqa: S311
    now, ends = 0.0, list[float]()
    began = busy = 0.0
    refused = counted = 0
    for number in range(requests):
        now += chance.expovariate(load)
        while ends and ends[0] <= now:
            heapq.heappop(ends)
        warm = number >= requests / 10
        began = began if warm else now
        counted += warm
        if len(ends) == places:
            refused += warm
            continue
        took = _gamma(chance, 1.0, cv)
        heapq.heappush(ends, now + took)
        busy += took * warm
    return busy / (now - began), refused / counted
