"""The answer of a queue-fed function to each outcome of its service."""

from collections.abc import Sequence

import pytest
from classpulse.core.errors import StoreUnavailable
from classpulse.queues.drain import MOST_TOGETHER, BatchResponse
from classpulse.queues.ports import InboundMessage

from tests.unit.queues.deliveries import Deliveries, event


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


def drain(service: Service, *bodies: str) -> BatchResponse:
    """Deliver the messages once; the marks are gone afterwards, unless a try did not finish."""
    deliveries = Deliveries(service)
    try:
        return deliveries.drain(event(*bodies), deliveries)
    finally:
        assert deliveries.marks.marks == {}


def test_a_handled_batch_reports_no_failures() -> None:
    service = Service({})
    assert drain(service, "a", "b") == {"batchItemFailures": []}
    assert service.taken == [["a", "b"]]


def test_a_faulty_message_fails_individually() -> None:
    service = Service({"b": RuntimeError("a defect")})
    assert drain(service, "a", "b", "c") == {"batchItemFailures": [{"itemIdentifier": "id-b"}]}
    assert service.taken == [["a"], ["c"]]


def test_the_fault_of_a_single_message_is_raised() -> None:
    with pytest.raises(RuntimeError):
        drain(Service({"b": RuntimeError("a defect")}), "b")


def test_an_unavailable_dependency_fails_the_complete_batch_at_once() -> None:
    service = Service({"b": StoreUnavailable("unreachable")})
    with pytest.raises(StoreUnavailable):
        drain(service, "a", "b", "c")
    assert service.taken == []


def test_large_messages_are_not_processed_together() -> None:
    service = Service({})
    large = "x" * (MOST_TOGETHER // 2)
    assert drain(service, "a", f"1{large}", f"2{large}", "b", f"3{large * 3}", "c") == {"batchItemFailures": []}
    assert [[body[0] for body in bodies] for bodies in service.taken] == [["a", "1"], ["2", "b"], ["3"], ["c"]]
