"""A queue that delivers messages to a Drain again until they are settled, with a clock that the test moves."""

from collections.abc import Callable, Sequence

from classpulse.queues.drain import Drain, Service, SqsEvent
from classpulse.queues.tries import GivingUp, Parts, Tries, no_parts

from tests.builders import NOW
from tests.fakes.queues import MemoryQueue, MemoryTryMarks

TIMEOUT, VISIBILITY = 10.0, 30.0


class Killed(BaseException):
    """The end of an invocation by a timeout, or of its process by the kernel: nothing after it runs."""


class _Marks(MemoryTryMarks):
    """Marks that a killed invocation can no longer remove."""

    killed = False

    def finish(self, message_ids: Sequence[str]) -> None:
        if not self.killed:
            super().finish(message_ids)


def event(*bodies: str) -> SqsEvent:
    return {"Records": [{"messageId": f"id-{body}", "body": body} for body in bodies]}


class Deliveries:
    """Delivers a batch; it is also the context of the invocation."""

    def __init__(self, service: Service, *, check: Callable[[], None] = lambda: None, parts: Parts = no_parts) -> None:
        self.now = 0.0
        self._deadline = TIMEOUT
        self.marks = _Marks(lambda: self.now)
        self.dead_letters = MemoryQueue()
        self.drain = Drain(service, Tries(self.marks, GivingUp(self.dead_letters, lambda: NOW, check, parts)))

    def get_remaining_time_in_millis(self) -> int:
        return int((self._deadline - self.now) * 1000)

    def deliver(self, *bodies: str) -> list[str]:
        """Return the bodies that the queue delivers again, a visibility timeout later."""
        received = self.now
        self._deadline, self.marks.killed = received + TIMEOUT, False
        try:
            answer = self.drain(event(*bodies), self)
        except Killed:
            left = list(bodies)
        else:
            failed = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
            left = [body for body in bodies if f"id-{body}" in failed]
        self.now = received + VISIBILITY
        return left

    def kill(self) -> None:
        """End the invocation that is running."""
        self.marks.killed = True
        raise Killed

    def dead(self) -> list[str]:
        """The bodies of the dead letters."""
        return [message.body for message in self.dead_letters.messages]
