"""A class at work: the demo's students at their own pace, and the client that posts for them and notes the ids."""

import asyncio
import json
import random
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from benchmarks.ledger import Ledger
from benchmarks.runner_load import Connection
from demo.client import Event
from demo.delivery import deliveries
from demo.model import Action, simulate
from demo.outbox import MAX_BATCH
from demo.play import GATHER_SECONDS, Run, user_of

# Second of the lesson by which every student has opened the notebook.
IN_FULL_SWING = 180.0
BURST_SECONDS = 10.0
# The latest second at which a student opens the notebook (demo/sitting.py).
LATEST = 150.0
PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class Post:
    """A batch that a notebook sends at `due` seconds."""

    due: float
    student: int
    events: list[Event]


@dataclass(frozen=True)
class Sent:
    """An accepted post of a student. due, answered: perf_counter(); events: number of the student's events so far."""

    due: float
    user_id: str
    events: int
    answered: float


def lesson(students: int, seconds: float, class_id: str, seed: int = 1) -> list[Post]:
    """Return the posts of a class during so many seconds in the middle of its lesson."""
    run = _run(students, class_id, seed, IN_FULL_SWING)
    actions = takewhile(lambda action: action.at < IN_FULL_SWING + seconds, simulate(students, seed))
    posts = _gathered(run, actions)
    return [
        replace(post, due=post.due - IN_FULL_SWING)
        for post in posts
        if IN_FULL_SWING <= post.due < IN_FULL_SWING + seconds
    ]


def class_start(students: int, seconds: float, class_id: str, seed: int = 1) -> list[Post]:
    """Return the posts of a lesson's first seconds, when all students come within BURST_SECONDS."""
    dice = random.Random(f"{seed}/burst")  # noqa: S311
    comes = [dice.uniform(0, BURST_SECONDS) for _ in range(students)]
    first: dict[int, float] = {}
    moved = []
    for action in takewhile(lambda action: action.at < LATEST + seconds, simulate(students, seed)):
        opened = first.setdefault(action.student, action.at)
        moved.append(replace(action, at=action.at - opened + comes[action.student]))
    posts = _gathered(_run(students, class_id, seed, 0.0), sorted(moved))
    return [post for post in posts if post.due < seconds]


def opening(students: int, class_id: str, seed: int = 1) -> list[list[Event]]:
    """Return batches in which every student opens the notebook, so that the class exists before it is measured."""
    run = _run(students, class_id, f"{seed}0", IN_FULL_SWING)
    events: list[Event] = []
    met: set[int] = set()
    for delivery in deliveries(simulate(students, seed), seed):
        if delivery.student not in met:
            met.add(delivery.student)
            events.append(run.event(delivery))
        if len(met) == students:
            break
    return [events[first : first + 100] for first in range(0, students, 100)]


def _run(students: int, class_id: str, seed: int | str, past: float) -> Run:
    return Run(datetime.now(UTC) - timedelta(seconds=past), students, int(seed), 1.0, class_id)


def _gathered(run: Run, actions: "Iterator[Action] | Sequence[Action]") -> list[Post]:
    """Return the posts of each notebook; events within GATHER_SECONDS go together."""
    posts: list[Post] = []
    open_posts: dict[int, Post] = {}
    for delivery in deliveries(actions, run.seed):
        post = open_posts.get(delivery.student)
        if post is None or post.due <= delivery.at or len(post.events) >= MAX_BATCH:
            post = open_posts[delivery.student] = Post(delivery.at + GATHER_SECONDS, delivery.student, [])
            posts.append(post)
        post.events.append(run.event(delivery))
    return sorted(posts, key=lambda post: post.due)


class Notebooks:
    """Posts for all students. Each has one batch under way, and retries it until it is accepted."""

    def __init__(self, url: str, ledger: Ledger) -> None:
        self._url = url
        self._ledger = ledger
        self._free: list[Connection] = []
        self._waiting: dict[int, deque[tuple[float, Post]]] = {}
        self._events_of: dict[str, int] = {}
        self.sent: list[Sent] = []
        self.retried = 0
        self.began = 0.0

    async def open_class(self, batches: Sequence[list[Event]]) -> None:
        """Post batches that are not measured, one after the other."""
        for number, batch in enumerate(batches):
            await self._deliver(time.perf_counter(), Post(0.0, number, batch))
        self.sent.clear()
        self._close()

    async def play(self, posts: Sequence[Post]) -> None:
        """Post each batch when it is due; return when all are accepted."""
        self.began = time.perf_counter()
        # A notebook that fails ends the measurement, which would otherwise miss its posts.
        async with asyncio.TaskGroup() as working:
            for post in posts:
                due = self.began + post.due
                if (left := due - time.perf_counter()) > 0:
                    await asyncio.sleep(left)
                if post.student in self._waiting:
                    self._waiting[post.student].append((due, post))
                    continue
                self._waiting[post.student] = deque([(due, post)])
                working.create_task(self._work_off(post.student))
        self._close()

    def _close(self) -> None:
        """Close the connections: they belong to the event loop that opened them."""
        while self._free:
            self._free.pop().close()

    async def _work_off(self, student: int) -> None:
        waiting = self._waiting[student]
        while waiting:
            await self._deliver(*waiting.popleft())
        del self._waiting[student]

    async def _deliver(self, due: float, post: Post) -> None:
        new = {event["eventId"]: user_of(event) for event in post.events if event["eventId"] not in self._ledger.sent}
        self._ledger.sent.update(new)
        body = json.dumps(post.events, ensure_ascii=False).encode()
        while await self._status_of(body) != 202:
            self.retried += 1
            await asyncio.sleep(PAUSE_SECONDS)
        answered = time.perf_counter()
        self._ledger.accepted.update(event["eventId"] for event in post.events)
        for user_id in new.values():
            self._events_of[user_id] = self._events_of.get(user_id, 0) + 1
        for user_id in set(new.values()):
            self.sent.append(Sent(due, user_id, self._events_of[user_id], answered))

    async def _status_of(self, body: bytes) -> int:
        # The connection used last is the most likely to be still open.
        connection = self._free.pop() if self._free else Connection(self._url)
        status = await connection.post(body)
        if status == 0:
            # The server may have closed the idle connection.
            status = await connection.post(body)
        self._free.append(connection)
        return status
