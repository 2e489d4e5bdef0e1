"""Dead letters: looked at, sent again, dropped."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from runner.sources.sqs.dead_letters import DeadLetters
from runner.sources.sqs.streams import stream_of
from tests.runner.queues import Handler, StreamUnderTest, emptied, feeding
from tests.servers import LoopThread

Try = Callable[[Callable[[StreamUnderTest, DeadLetters], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def with_letters(loop_thread: LoopThread, redis_url: str) -> Try:
    """Run a scenario on a queue and its dead-letter queue."""

    def run(scenario: Callable[[StreamUnderTest, DeadLetters], Coroutine[Any, Any, None]]) -> None:
        async def within() -> None:
            queue = StreamUnderTest(redis_url, max_receive_count=1)
            try:
                await queue.source().open()
                await scenario(queue, DeadLetters(queue.redis, "jobs-dead", "jobs"))
            finally:
                await queue.close()

        loop_thread.run(within())

    return run


async def die(queue: StreamUnderTest) -> None:
    async with feeding(Handler(lambda _: LookupError()), queue):
        await emptied(queue)


def test_a_letter_that_is_sent_again_is_a_new_message_with_the_old_body(with_letters: Try) -> None:
    async def scenario(queue: StreamUnderTest, letters: DeadLetters) -> None:
        first_id = await queue.send('{"text": "ä"}', traceparent="00-ab")
        await die(queue)
        [letter] = await letters.list()
        assert letter == await letters.get(letter.letter_id)
        assert letter.as_json()["body"] == '{"text": "ä"}'
        assert letter.attributes["reason"] == "received 1 times"
        assert await letters.redrive(letter.letter_id)
        assert await letters.list() == []
        assert not await letters.redrive(letter.letter_id)
        handler = Handler()
        async with feeding(handler, queue):
            await emptied(queue)
        [[record]] = handler.batches
        assert (record["body"], handler.receive_counts) == ('{"text": "ä"}', [1])
        attributes = {name: value["stringValue"] for name, value in record["messageAttributes"].items()}
        assert attributes == {"traceparent": "00-ab", "messageId": first_id}

    with_letters(scenario)


def test_a_letter_that_dies_again_says_why_anew(with_letters: Try) -> None:
    async def scenario(queue: StreamUnderTest, letters: DeadLetters) -> None:
        first_id = await queue.send("{}")
        for _ in range(2):
            await die(queue)
            [letter] = await letters.list()
            assert letter.attributes["messageId"] == first_id
            assert letter.attributes["sourceQueue"] == "jobs"
            await letters.redrive(letter.letter_id)

    with_letters(scenario)


def test_a_letter_of_unknown_origin_goes_to_the_queue_that_the_template_names(with_letters: Try) -> None:
    async def scenario(queue: StreamUnderTest, letters: DeadLetters) -> None:
        added = await queue.redis.xadd(stream_of("jobs-dead"), {"body": b"\xff", "attributes": "no JSON"})
        assert await letters.redrive(added.decode())
        [(_, fields)] = await queue.redis.xrange(stream_of("jobs"))
        # To the byte: what cannot be shown is not changed either.
        assert fields[b"body"] == b"\xff"

    with_letters(scenario)


def test_a_letter_that_is_dropped_is_gone(with_letters: Try) -> None:
    async def scenario(queue: StreamUnderTest, letters: DeadLetters) -> None:
        await queue.send("{}")
        await die(queue)
        [letter] = await letters.list()
        assert await letters.drop(letter.letter_id)
        assert not await letters.drop(letter.letter_id)
        assert await letters.list() == []
        assert (await queue.depth()).waiting == 0

    with_letters(scenario)


def test_a_letter_that_is_not_there(with_letters: Try) -> None:
    async def scenario(queue: StreamUnderTest, letters: DeadLetters) -> None:
        await queue.send("{}")
        await die(queue)
        for letter_id in ("", "0-1", "-", "+", "1-1 extra", "*"):
            assert await letters.get(letter_id) is None
            assert not await letters.redrive(letter_id)
            assert not await letters.drop(letter_id)
        assert len(await letters.list()) == 1

    with_letters(scenario)


async def buried(queue: StreamUnderTest, **fields: str | bytes) -> str:
    """Put an entry into the dead-letter stream, whoever would write such a thing; return its id."""
    added: bytes = await queue.redis.xadd(stream_of("jobs-dead"), fields or {"body": "{}"})
    return added.decode()


def test_whoever_sends_a_letter_again_at_the_same_time_sends_it_once(with_letters: Try) -> None:
    async def scenario(queue: StreamUnderTest, letters: DeadLetters) -> None:
        ids = [await buried(queue, body=str(number)) for number in range(10)]
        sent = await asyncio.gather(*(letters.redrive(letter_id) for letter_id in ids for _ in range(4)))
        assert sum(sent) == len(ids)
        entries = await queue.redis.xrange(stream_of("jobs"))
        assert sorted(fields[b"body"] for _, fields in entries) == [str(number).encode() for number in range(10)]
        assert await letters.list() == []

    with_letters(scenario)


def test_a_letter_is_in_one_of_the_two_queues_at_every_moment(with_letters: Try) -> None:
    async def scenario(queue: StreamUnderTest, letters: DeadLetters) -> None:
        ids = [await buried(queue) for _ in range(50)]
        moving = asyncio.create_task(move(ids, letters))
        seen = set()
        while not moving.done():
            async with queue.redis.pipeline(transaction=True) as both:
                both.xlen(stream_of("jobs")).xlen(stream_of("jobs-dead"))
                seen.add(sum(await both.execute()))
        await moving
        assert seen == {50}
        assert (await queue.depth()).waiting == 50

    async def move(ids: list[str], letters: DeadLetters) -> None:
        for letter_id in ids:
            assert await letters.redrive(letter_id)

    with_letters(scenario)


def test_a_letter_and_a_copy_of_it_that_is_dropped_meanwhile_make_no_two(with_letters: Try) -> None:
    async def scenario(queue: StreamUnderTest, letters: DeadLetters) -> None:
        ids = [await buried(queue) for _ in range(20)]
        done = await asyncio.gather(*(act(one) for one in ids for act in (letters.drop, letters.redrive)))
        # Each went one way, and one way only.
        assert [sum(done[first : first + 2]) for first in range(0, 40, 2)] == [1] * 20
        assert (await queue.depth()).waiting == sum(done[1::2])

    with_letters(scenario)


def test_letters_come_oldest_first_and_no_more_than_asked_for(with_letters: Try) -> None:
    async def scenario(queue: StreamUnderTest, letters: DeadLetters) -> None:
        ids = [await buried(queue) for _ in range(5)]
        assert [letter.letter_id for letter in await letters.list(most=3)] == ids[:3]

    with_letters(scenario)


@pytest.mark.parametrize(
    "fields",
    [{"body": b"\xff\xfe"}, {"other": "x"}, {"body": "{}", "attributes": b"\xff"}, {"body": "", "attributes": "[]"}],
)
def test_what_nobody_can_read_is_listed_shown_and_sent_again(with_letters: Try, fields: dict[str, str | bytes]) -> None:
    async def scenario(queue: StreamUnderTest, letters: DeadLetters) -> None:
        letter_id = await buried(queue, **fields)
        [letter] = await letters.list()
        assert letter == await letters.get(letter_id)
        assert set(letter.as_json()) == {"letter_id", "body", "attributes"}
        assert await letters.redrive(letter_id)
        handler = Handler()
        async with feeding(handler, queue):
            await emptied(queue)
        assert len(handler.bodies) == 1

    with_letters(scenario)


def test_a_letter_goes_back_to_the_queue_that_it_names(with_letters: Try) -> None:
    """Two queues may share one dead-letter queue."""

    async def scenario(queue: StreamUnderTest, letters: DeadLetters) -> None:
        moved = '{"sourceQueue": "others", "reason": "r", "deadLetteredAt": "t", "traceparent": "00-ab"}'
        assert await letters.redrive(await buried(queue, body="{}", attributes=moved))
        [(_, fields)] = await queue.redis.xrange(stream_of("others"))
        assert fields == {b"body": b"{}", b"attributes": b'{"traceparent": "00-ab"}'}

    with_letters(scenario)
