"""What a pool needs of a worker, whether it is a process or a thread."""

from typing import Protocol

from runner.functions.outcome import Outcome, Timing


class Worker(Protocol):
    """Takes one invocation at a time."""

    idle_since: float

    @property
    def alive(self) -> bool:
        """Whether it can take another invocation."""

    @property
    def pid(self) -> int:
        """The process that it runs in; 0 before start()."""

    async def start(self, seconds: float) -> Outcome | None:
        """Run the code outside the handler; return the failure, if it fails.

        Raises TimeoutError: it was ended, as that took more than `seconds`. It may be started again.
        """

    async def invoke(self, payload: bytes) -> tuple[Outcome, str, Timing]:
        """Return what the handler answers, the request id and the time it took. Never raises for the handler's sake."""

    async def stop(self, grace: float = 0.5) -> None:
        """End it: politely, and after `grace` seconds not."""

    def over_memory(self) -> bool:
        """Return whether it uses more than MemorySize now; if so it is ended, as Lambda does."""
