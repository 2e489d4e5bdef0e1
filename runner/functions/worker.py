"""The interface of workers, processes and threads, that a pool uses."""

from typing import Protocol

from runner.functions.outcome import Outcome, Timing


class Worker(Protocol):
    """Runs one invocation at a time."""

    idle_since: float

    @property
    def alive(self) -> bool:
        """Whether it can run another invocation."""

    @property
    def pid(self) -> int:
        """The id of its process; 0 before start()."""

    async def start(self, seconds: float) -> Outcome | None:
        """Run the code outside the handler; return the outcome if it fails.

        Raises TimeoutError: it took more than `seconds` and was stopped. It may be started again.
        """

    async def invoke(self, payload: bytes) -> tuple[Outcome, str, Timing]:
        """Return the outcome, the request id and the timing. Errors of the handler are outcomes, not exceptions."""

    async def stop(self, grace: float = 0.5) -> None:
        """Stop it with SIGTERM, and after `grace` seconds with SIGKILL."""

    def over_memory(self) -> bool:
        """Kill it when it uses more than MemorySize, as Lambda does; return whether that was so."""
