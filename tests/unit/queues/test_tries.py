"""A message whose tries do not finish fails alone: its neighbours are processed, and it becomes a dead letter."""

from collections.abc import Callable, Sequence

import pytest
from classpulse.core.errors import StoreUnavailable
from classpulse.core.moments import rfc3339
from classpulse.queues.ports import InboundMessage
from classpulse.queues.tries import GIVEN_UP, MOST_TRIES

from tests.builders import NOW
from tests.unit.queues.deliveries import TIMEOUT, VISIBILITY, Deliveries


class Service:
    """Processes messages; does something else for some bodies."""

    def __init__(self, **does: Callable[[], object]) -> None:
        self.does = does
        self.taken: list[str] = []

    def __call__(self, messages: Sequence[InboundMessage]) -> None:
        for message in messages:
            if does := self.does.get(message.body):
                does()
        self.taken += [message.body for message in messages]


def raising(error: BaseException) -> Callable[..., None]:
    def do(*_arguments: object) -> None:
        raise error

    return do


def poisoned(**options: Callable[..., object]) -> tuple[Deliveries, Service]:
    """Return a queue whose function is killed by the message "poison"."""
    service = Service()
    deliveries = Deliveries(service, **options)  # type: ignore[arg-type]  # the options of Deliveries
    service.does["poison"] = deliveries.kill
    return deliveries, service


def test_the_neighbours_of_a_message_that_kills_the_function_are_processed() -> None:
    deliveries, service = poisoned()
    left = deliveries.deliver("poison", "a", "b")
    assert (left, service.taken) == (["poison", "a", "b"], [])
    # The first individual try may hit the poison first; then its neighbours go first.
    left = deliveries.deliver(*left)
    left = deliveries.deliver(*left)
    assert service.taken == ["a", "b"]
    # Of an invocation that is killed the queue learns nothing, so the neighbours come once more.
    assert deliveries.deliver(*left) == []
    assert deliveries.dead() == ["poison"]


def test_two_unfinished_individual_tries_make_a_dead_letter_with_its_reason() -> None:
    deliveries, _ = poisoned()
    for _try in range(1 + MOST_TRIES):
        assert deliveries.deliver("poison") == ["poison"]
        assert deliveries.dead() == []
    assert deliveries.deliver("poison") == []
    [letter] = deliveries.dead_letters.messages
    assert letter.attributes == {
        "reason": GIVEN_UP,
        "deadLetteredAt": rfc3339(NOW),
        "messageId": "id-poison",
    }


def test_a_message_that_was_given_up_becomes_one_dead_letter_however_often_it_comes_again() -> None:
    deliveries, service = poisoned(parts=str.split)
    service.does |= {"other": deliveries.kill, "a other": deliveries.kill}
    left = ["poison", "a other", "b"]
    for _ in range(20):
        left = deliveries.deliver(*left)
    assert left == []
    assert sorted(deliveries.dead()) == ["other", "poison"]
    # An invocation that was killed after it had given them up has acknowledged nothing.
    assert deliveries.deliver("poison", "a other") == []
    assert sorted(deliveries.dead()) == ["other", "poison"]


def test_a_new_message_is_processed_before_a_suspect_kills_the_function() -> None:
    deliveries, service = poisoned()
    deliveries.deliver("poison")
    assert deliveries.deliver("new", "poison") == ["new", "poison"]
    assert service.taken == ["new"]


def test_a_message_that_finishes_by_itself_joins_batches_again() -> None:
    deliveries, service = poisoned()
    left = deliveries.deliver("a", "poison")
    service.does.clear()
    assert deliveries.deliver(*left) == []
    assert deliveries.marks.marks == {}
    assert deliveries.dead() == []


@pytest.mark.parametrize("error", [StoreUnavailable("unreachable"), RuntimeError("a defect")])
def test_a_try_that_fails_is_finished_and_never_counted(error: Exception) -> None:
    service = Service()
    deliveries = Deliveries(service)
    service.does["a"] = deliveries.kill
    deliveries.deliver("a")
    service.does["a"] = raising(error)
    for _ in range(10):
        assert "a" in deliveries.deliver("a")
        assert deliveries.marks.marks == {}
        deliveries.marks.begin_one("id-a", 1, -1)
    assert deliveries.dead() == []


def test_no_message_is_tried_or_given_up_during_an_outage() -> None:
    deliveries, service = poisoned(check=raising(StoreUnavailable("unreachable")))
    for _ in range(10):
        assert deliveries.deliver("poison", "a") == ["poison", "a"]
    assert (service.taken, deliveries.dead()) == ([], [])


def test_messages_are_processed_without_marks_while_redis_is_unavailable() -> None:
    service = Service()
    deliveries = Deliveries(service)
    deliveries.marks.begin = raising(StoreUnavailable("no Redis"))  # type: ignore[method-assign,assignment]  # the outage
    deliveries.marks.finish = raising(StoreUnavailable("no Redis"))  # type: ignore[method-assign]  # the outage
    assert deliveries.deliver("a", "b") == []
    assert service.taken == ["a", "b"]


def test_suspects_wait_while_redis_cannot_count_their_tries() -> None:
    deliveries, service = poisoned()
    left = deliveries.deliver("poison", "a")
    deliveries.marks.begin_one = raising(StoreUnavailable("no Redis"))  # type: ignore[method-assign]  # the outage
    assert deliveries.deliver(*left, "new") == ["poison", "a"]
    assert service.taken == ["new"]


def test_a_try_that_may_still_be_running_elsewhere_is_not_counted() -> None:
    deliveries, _ = poisoned()
    deliveries.deliver("poison")
    for _ in range(5):
        # A copy of the message arrives before the time of the last try is over.
        deliveries.deliver("poison")
        deliveries.now -= VISIBILITY - TIMEOUT / 2
        assert deliveries.dead() == []


def test_suspects_that_do_not_fit_into_the_invocation_wait_for_the_next() -> None:
    deliveries, service = poisoned()
    left = deliveries.deliver("slow", "a", "b", "poison")

    def be_slow() -> None:
        deliveries.now += TIMEOUT / 2

    service.does["slow"] = be_slow
    assert deliveries.deliver(*left) == ["a", "b", "poison"]
    assert deliveries.marks.marks.keys() == {"id-a", "id-b", "id-poison"}


def test_exhausted_memory_counts_as_a_try_that_did_not_finish() -> None:
    service = Service(poison=raising(MemoryError()))
    deliveries = Deliveries(service)
    assert deliveries.deliver("a", "poison", "b") == ["poison"]
    assert service.taken == ["a", "b"]
    for _ in range(MOST_TRIES):
        assert deliveries.deliver("poison") == ["poison"]
    assert deliveries.deliver("poison") == []
    assert deliveries.dead() == ["poison"]


def test_only_the_poison_of_a_message_becomes_a_dead_letter() -> None:
    deliveries, service = poisoned(parts=str.split)
    service.does["a poison b"] = deliveries.kill
    left = ["a poison b"]
    for _ in range(10):
        left = deliveries.deliver(*left)
    assert left == []
    assert set(service.taken) == {"a", "b"}
    [letter] = deliveries.dead_letters.messages
    assert (letter.body, letter.attributes["messageId"]) == ("poison", "id-a poison b")


def test_a_part_is_given_up_once_although_another_part_fails() -> None:
    deliveries, service = poisoned(parts=str.split)
    service.does |= {"a poison b": deliveries.kill, "b": raising(RuntimeError("a defect"))}
    left = ["a poison b"]
    for _ in range(10):
        left = deliveries.deliver(*left)
    assert (left, deliveries.dead()) == (["a poison b"], ["poison"])


def test_a_message_that_cannot_be_taken_apart_becomes_a_dead_letter_as_a_whole() -> None:
    def parts(body: str) -> list[str]:
        deliveries.kill()
        return [body]

    deliveries, _ = poisoned(parts=parts)
    for _ in range(2 + MOST_TRIES):
        assert deliveries.deliver("poison") == ["poison"]
    assert deliveries.deliver("poison") == []
    assert deliveries.dead() == ["poison"]
