"""Queues in memory."""

import time
from collections.abc import Callable, Mapping, Sequence

from classpulse.queues.ports import OutboundMessage


class MemoryQueue:
    """The Queue port: `messages` holds the sent messages."""

    def __init__(self) -> None:
        self.messages: list[OutboundMessage] = []

    def send(self, messages: Sequence[OutboundMessage]) -> None:
        """See Queue.send."""
        self.messages += messages


class MemoryTryMarks:
    """The TryMarks port: `marks` holds each message's individual tries, and when the time of its try is over."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.marks: dict[str, tuple[int, float]] = {}
        self._clock = clock

    def begin(self, message_ids: Sequence[str], seconds: float) -> Mapping[str, int]:
        """See TryMarks.begin."""
        now = self._clock()
        marked = {message_id: self.marks[message_id] for message_id in message_ids if message_id in self.marks}
        self.marks |= {message_id: (0, now + seconds) for message_id in message_ids if message_id not in marked}
        return {message_id: max(tries - (now < over), 0) for message_id, (tries, over) in marked.items()}

    def begin_one(self, message_id: str, tries: int, seconds: float) -> None:
        """See TryMarks.begin_one."""
        self.marks[message_id] = tries, self._clock() + seconds

    def finish(self, message_ids: Sequence[str]) -> None:
        """See TryMarks.finish."""
        for message_id in message_ids:
            self.marks.pop(message_id, None)
