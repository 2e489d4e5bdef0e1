"""Dead letters are listed, shown, redriven and dropped."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from runner.sources.sqs.dead_letters import LISTED, PAGE, DeadLetters
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


def test_a_redriven_letter_is_a_new_message_with_the_same_body(with_letters: Try) -> None:
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


def test_a_letter_that_fails_again_has_a_new_reason(with_letters: Try) -> None:
    async def scenario(queue: StreamUnderTest, letters: DeadLetters) -> None:
        first_id = await queue.send("{}")
        for _ in range(2):
            await die(queue)
            [letter] = await letters.list()
            assert letter.attributes["messageId"] == first_id
            assert letter.attributes["sourceQueue"] == "jobs"
            await letters.redrive(letter.letter_id)

    with_letters(scenario)


def test_a_letter_without_a_source_queue_is_redriven_to_the_queue_of_the_template(with_letters: Try) -> None:
    async def scenario(queue: StreamUnderTest, letters: DeadLetters) -> None:
        added = await queue.redis.xadd(stream_of("jobs-dead"), {"body": b"\xff", "attributes": "no JSON"})
        assert await letters.redrive(added.decode())
        [(_, fields)] = await queue.redis.xrange(stream_of("jobs"))
        # Byte for byte: even a body that cannot be decoded is unchanged.
        assert fields[b"body"] == b"\xff"

    with_letters(scenario)


def test_a_dropped_letter_is_deleted(with_letters: Try) -> None:
    async def scenario(queue: StreamUnderTest, letters: DeadLetters) -> None:
        await queue.send("{}")
        await die(queue)
        [letter] = await letters.list()
        assert await letters.drop(letter.letter_id)
        assert not await letters.drop(letter.letter_id)
        assert await letters.list() == []
        assert (await queue.depth()).waiting == 0

    with_letters(scenario)


def test_an_unknown_letter_is_neither_shown_nor_redriven_nor_dropped(with_letters: Try) -> None:
    async def scenario(queue: StreamUnderTest, letters: DeadLetters) -> None:
        await queue.send("{}")
        await die(queue)
        for letter_id in ("", "0-1", "-", "+", "1-1 extra", "*"):
            assert await letters.get(letter_id) is None
            assert not await letters.redrive(letter_id)
            assert not await letters.drop(letter_id)
        assert len(await letters.list()) == 1

    with_letters(scenario)


async def add_letter(queue: StreamUnderTest, **fields: str | bytes) -> str:
    """Add an entry, possibly malformed, to the dead-letter stream; return its id."""
    added: bytes = await queue.redis.xadd(stream_of("jobs-dead"), fields or {"body": "{}"})
    return added.decode()


def test_concurrent_redrives_of_a_letter_send_it_once(with_letters: Try) -> None:
    async def scenario(queue: StreamUnderTest, letters: DeadLetters) -> None:
        ids = [await add_letter(queue, body=str(number)) for number in range(10)]
        sent = await asyncio.gather(*(letters.redrive(letter_id) for letter_id in ids for _ in range(4)))
        assert sum(sent) == len(ids)
        entries = await queue.redis.xrange(stream_of("jobs"))
        assert sorted(fields[b"body"] for _, fields in entries) == [str(number).encode() for number in range(10)]
        assert await letters.list() == []

    with_letters(scenario)


def test_a_redrive_is_atomic(with_letters: Try) -> None:
    async def scenario(queue: StreamUnderTest, letters: DeadLetters) -> None:
        ids = [await add_letter(queue) for _ in range(50)]
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


def test_concurrent_drop_and_redrive_of_a_letter_do_only_one_of_them(with_letters: Try) -> None:
    async def scenario(queue: StreamUnderTest, letters: DeadLetters) -> None:
        ids = [await add_letter(queue) for _ in range(20)]
        done = await asyncio.gather(*(act(one) for one in ids for act in (letters.drop, letters.redrive)))
        # Each letter was either dropped or redriven.
        assert [sum(done[first : first + 2]) for first in range(0, 40, 2)] == [1] * 20
        assert (await queue.depth()).waiting == sum(done[1::2])

    with_letters(scenario)


def test_letters_are_listed_oldest_first_up_to_the_limit(with_letters: Try) -> None:
    async def scenario(queue: StreamUnderTest, letters: DeadLetters) -> None:
        ids = [await add_letter(queue) for _ in range(5)]
        assert [letter.letter_id for letter in await letters.list(most=3)] == ids[:3]

    with_letters(scenario)


@pytest.mark.parametrize(
    "fields",
    [{"body": b"\xff\xfe"}, {"other": "x"}, {"body": "{}", "attributes": b"\xff"}, {"body": "", "attributes": "[]"}],
)
def test_an_undecodable_letter_is_listed_shown_and_redriven(with_letters: Try, fields: dict[str, str | bytes]) -> None:
    async def scenario(queue: StreamUnderTest, letters: DeadLetters) -> None:
        letter_id = await add_letter(queue, **fields)
        [letter] = await letters.list()
        assert letter == await letters.get(letter_id)
        assert set(letter.as_json()) == {"letter_id", "body", "attributes"}
        assert await letters.redrive(letter_id)
        handler = Handler()
        async with feeding(handler, queue):
            await emptied(queue)
        assert len(handler.bodies) == 1

    with_letters(scenario)


def test_a_letter_is_redriven_to_its_source_queue(with_letters: Try) -> None:
    """Two queues may share one dead-letter queue."""

    async def scenario(queue: StreamUnderTest, letters: DeadLetters) -> None:
        moved = '{"sourceQueue": "others", "reason": "r", "deadLetteredAt": "t", "traceparent": "00-ab"}'
        assert await letters.redrive(await add_letter(queue, body="{}", attributes=moved))
        [(_, fields)] = await queue.redis.xrange(stream_of("others"))
        assert fields == {b"body": b"{}", b"attributes": b'{"traceparent": "00-ab"}'}

    with_letters(scenario)


def test_the_list_shows_the_beginning_of_each_body(with_letters: Try) -> None:
    async def scenario(queue: StreamUnderTest, letters: DeadLetters) -> None:
        for number in range(2 * PAGE + 1):
            await queue.redis.xadd(stream_of("jobs-dead"), {"body": f"{number}" + "x" * LISTED, "attributes": "{}"})
        listed = await letters.list()
        assert [letter.body.rstrip("x…") for letter in listed] == [str(number) for number in range(2 * PAGE + 1)]
        assert {len(letter.body) for letter in listed} == {LISTED}
        assert await letters.list(PAGE + 1) == listed[: PAGE + 1]
        complete = await letters.get(listed[0].letter_id)
        assert complete is not None
        assert complete.body == "0" + "x" * LISTED

    with_letters(scenario)
