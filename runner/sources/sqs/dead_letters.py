"""Dead-letter queues on Redis streams: list, show, redrive and drop letters."""

import json
import re
from dataclasses import replace
from typing import Any

from redis.asyncio import Redis

from runner.sources.sqs.backend import DeadLetter
from runner.sources.sqs.streams import attributes_of, outage, stream_of

# KEYS: dead-letter stream, source stream. ARGV: id, attributes as JSON, a new body or ''.
# The script is atomic: the letter is in exactly one of the two streams.
REDRIVE = """
local entry = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])[1]
if not entry then return 0 end
local fields = {}
for i = 1, #entry[2], 2 do fields[entry[2][i]] = entry[2][i + 1] end
local body = ARGV[3] ~= '' and ARGV[3] or fields.body or ''
redis.call('XADD', KEYS[2], '*', 'body', body, 'attributes', ARGV[2])
redis.call('XDEL', KEYS[1], ARGV[1])
return 1
"""
# Redis's ids are two numbers of 64 bits.
LETTER_ID = re.compile(r"\d{1,20}-\d{1,20}")
PAGE = 10
# How much of a body the list shows, in characters.
LISTED = 1000
OF_THE_MOVE = ("reason", "sourceQueue", "deadLetteredAt")


class DeadLetters:
    """See DeadLetterQueue. source: the source queue of letters without the attribute sourceQueue."""

    def __init__(self, redis: Redis, queue: str, source: str) -> None:
        self._redis: Any = redis
        self._queue = queue
        self._source = source

    async def list(self, most: int = 1000) -> list[DeadLetter]:
        """See DeadLetterQueue.list."""
        letters: list[DeadLetter] = []
        start = "-"
        async with outage():
            # In small pages, and without the complete bodies: a thousand of them may have a gigabyte.
            while len(letters) < most:
                entries = await self._redis.xrange(stream_of(self._queue), start, count=min(PAGE, most - len(letters)))
                if not entries:
                    break
                letters += [_shortened(_letter(entry_id, fields)) for entry_id, fields in entries]
                start = f"({letters[-1].letter_id}"
        return letters

    async def get(self, letter_id: str) -> DeadLetter | None:
        """See DeadLetterQueue.get."""
        if not LETTER_ID.fullmatch(letter_id):
            return None
        async with outage():
            entries = await self._redis.xrange(stream_of(self._queue), letter_id, letter_id)
        return _letter(*entries[0]) if entries else None

    async def redrive(self, letter_id: str, body: str = "") -> bool:
        """See DeadLetterQueue.redrive."""
        letter = await self.get(letter_id)
        if letter is None:
            return False
        source = letter.attributes.get("sourceQueue", self._source)
        kept = {name: value for name, value in letter.attributes.items() if name not in OF_THE_MOVE}
        script = self._redis.register_script(REDRIVE)
        keys = [stream_of(self._queue), stream_of(source)]
        async with outage():
            return bool(await script(keys=keys, args=[letter_id, json.dumps(kept, ensure_ascii=False), body]))

    async def drop(self, letter_id: str) -> bool:
        """See DeadLetterQueue.drop."""
        if not LETTER_ID.fullmatch(letter_id):
            return False
        async with outage():
            return bool(await self._redis.xdel(stream_of(self._queue), letter_id))


def _shortened(letter: DeadLetter) -> DeadLetter:
    return letter if len(letter.body) <= LISTED else replace(letter, body=letter.body[: LISTED - 1] + "…")


def _letter(entry_id: bytes, fields: dict[bytes, bytes]) -> DeadLetter:
    return DeadLetter(
        entry_id.decode(),
        fields.get(b"body", b"").decode(errors="replace"),
        attributes_of(fields.get(b"attributes", b"{}")),
    )
