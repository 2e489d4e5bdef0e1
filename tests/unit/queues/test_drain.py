"""The answer of a queue-fed function to each outcome of its service."""

from collections.abc import Sequence

import pytest
from classpulse.core.errors import StoreUnavailable
from classpulse.queues.drain import SqsEvent, drain
from classpulse.queues.ports import InboundMessage


def event(*bodies: str) -> SqsEvent:
    return {"Records": [{"messageId": f"id-{body}", "body": body} for body in bodies]}


class Service:
    """Accepts messages; fails for some bodies."""

    def __init__(self, fails: dict[str, Exception]) -> None:
        self.fails = fails
        self.taken: list[list[str]] = []

    def __call__(self, messages: Sequence[InboundMessage]) -> None:
        for message in messages:
            if error := self.fails.get(message.body):
                raise error
        self.taken.append([message.body for message in messages])


def test_a_handled_batch_reports_no_failures() -> None:
    service = Service({})
    assert drain(event("a", "b"), service) == {"batchItemFailures": []}
    assert service.taken == [["a", "b"]]


def test_a_faulty_message_fails_individually() -> None:
    service = Service({"b": RuntimeError("a defect")})
    assert drain(event("a", "b", "c"), service) == {"batchItemFailures": [{"itemIdentifier": "id-b"}]}
    assert service.taken == [["a"], ["c"]]


def test_the_fault_of_a_single_message_is_raised() -> None:
    with pytest.raises(RuntimeError):
        drain(event("b"), Service({"b": RuntimeError("a defect")}))


def test_an_unavailable_dependency_fails_the_complete_batch_at_once() -> None:
    service = Service({"b": StoreUnavailable("unreachable")})
    with pytest.raises(StoreUnavailable):
        drain(event("a", "b", "c"), service)
    assert service.taken == []
