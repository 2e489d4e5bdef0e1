"""Queues in memory."""

from collections.abc import Sequence

from classpulse.queues.ports import OutboundMessage


class MemoryQueue:
    """The Queue port: `messages` holds the sent messages."""

    def __init__(self) -> None:
        self.messages: list[OutboundMessage] = []

    def send(self, messages: Sequence[OutboundMessage]) -> None:
        """See Queue.send."""
        self.messages += messages
