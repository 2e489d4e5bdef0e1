"""A queue on a Redis stream, with SQS's rules: visibility timeout, receive count, redrive policy, retention.

Stream `queue:<name>`; entry fields `body` and, optionally, `attributes` (JSON, name -> string); consumer group
`lambda`. An acknowledged entry is deleted, so the stream holds only messages that wait or are in flight.
"""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from runner.sources.sqs.queue import Depth, Message, QueueUnavailable
from runner.template.model import Queue

log = logging.getLogger(__name__)

GROUP = "lambda"
# All pollers share one consumer; any of them may claim an entry after the visibility timeout.
CONSUMER = "runner"
CLAIM_SECONDS = 0.5
# The first trim is also this long after the first receive: messages that waited for a runner are handled first.
TRIM_SECONDS = 60.0

# KEYS: stream, dead-letter stream or '', hash of first receive times. ARGV: group, consumer, visibility timeout in ms,
# count, maxReceiveCount or 0, now as RFC 3339, queue's name, now in ms.
# Returns {id, receive count, fields, first received} for each message that is visible again.
CLAIM = """
local visible = redis.call('XPENDING', KEYS[1], ARGV[1], 'IDLE', ARGV[3], '-', '+', ARGV[4])
local claimed = {}
for _, pending in ipairs(visible) do
  local id, received = pending[1], pending[4]
  if tonumber(ARGV[5]) > 0 and received >= tonumber(ARGV[5]) then
    local entry = redis.call('XRANGE', KEYS[1], id, id)[1]
    if entry then
      local fields = {}
      for i = 1, #entry[2], 2 do fields[entry[2][i]] = entry[2][i + 1] end
      local readable, attributes = pcall(cjson.decode, fields.attributes or '{}')
      if not readable or type(attributes) ~= 'table' then attributes = {} end
      attributes.reason = attributes.reason or ('received ' .. received .. ' times')
      attributes.sourceQueue = ARGV[7]
      attributes.deadLetteredAt = ARGV[6]
      attributes.messageId = attributes.messageId or id
      local writable, text = pcall(cjson.encode, attributes)
      if not writable then
        local reason = tostring(attributes.reason)
        text = cjson.encode({reason = reason, sourceQueue = ARGV[7], deadLetteredAt = ARGV[6], messageId = id})
      end
      redis.call('XADD', KEYS[2], '*', 'body', fields.body or '', 'attributes', text)
    end
    redis.call('XACK', KEYS[1], ARGV[1], id)
    redis.call('XDEL', KEYS[1], id)
    redis.call('HDEL', KEYS[3], id)
  else
    -- The first receive time is kept only for messages that are received again.
    if received == 1 then redis.call('HSETNX', KEYS[3], id, ARGV[8] - pending[3]) end
    local entry = redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], ARGV[3], id)[1]
    if entry then
      claimed[#claimed + 1] = {id, received + 1, entry[2], redis.call('HGET', KEYS[3], id) or ARGV[8]}
    else
      redis.call('XACK', KEYS[1], ARGV[1], id)
      redis.call('HDEL', KEYS[3], id)
    end
  end
end
return claimed
"""


def stream_of(queue_name: str) -> str:
    """Return the Redis key of a queue."""
    return f"queue:{queue_name}"


class StreamQueue:
    """See SourceQueue. exclusive: no other runner receives from this Redis."""

    def __init__(self, redis: Redis, queue: Queue, *, exclusive: bool = False) -> None:
        # Any, because redis-py does not type its answers precisely; this client decodes nothing.
        self._redis: Any = redis
        self._queue = queue
        self._exclusive = exclusive
        self._stream = stream_of(queue.name)
        self._first = f"{self._stream}:first"
        self._claim = redis.register_script(CLAIM)
        self._claim_at = 0.0
        self._trim_at: float | None = None
        self._opening = asyncio.Lock()

    async def open(self) -> None:
        """See SourceQueue.open."""
        # One poller at a time, because this may make messages visible that another poller has just received.
        async with self._opening, outage():
            try:
                await self._redis.xgroup_create(self._stream, GROUP, id="0", mkstream=True)
            except ResponseError as error:
                if not str(error).startswith("BUSYGROUP"):
                    raise
            if self._exclusive:
                await self._make_visible()
                self._exclusive = False

    async def _make_visible(self) -> None:
        """Make what a killed runner had in flight visible now; the receive counts stay."""
        visibility = self._queue.visibility_timeout * 1000
        start = "-"
        while pending := await self._redis.xpending_range(self._stream, GROUP, start, "+", 1000):
            ids = [entry["message_id"] for entry in pending]
            await self._redis.xclaim(self._stream, GROUP, CONSUMER, 0, ids, idle=visibility, justid=True)
            start = f"({ids[-1].decode()}"

    async def receive(self, most: int, wait: float) -> list[Message]:
        """See SourceQueue.receive."""
        async with outage():
            now = time.monotonic()
            if self._trim_at is None:
                self._trim_at = now + TRIM_SECONDS
            if now >= self._trim_at:
                self._trim_at = now + TRIM_SECONDS
                await self._trim()
            if now >= self._claim_at:
                self._claim_at = now + CLAIM_SECONDS
                if claimed := await self._visible_again(most):
                    # There may be more messages.
                    self._claim_at = 0.0
                    return claimed
            return await self._new(most, min(wait, CLAIM_SECONDS))

    async def _trim(self) -> None:
        """Delete messages older than the retention period, as SQS does, and log how many."""
        oldest = int((time.time() - self._queue.retention) * 1000)
        if deleted := await self._redis.xtrim(self._stream, minid=oldest, approximate=False):
            log.warning(
                "%s: %d messages were older than its retention period of %d s and are deleted",
                self._queue.name, deleted, self._queue.retention,
            )  # fmt: skip

    async def _visible_again(self, most: int) -> list[Message]:
        dead = self._queue.dead_letter_queue
        entries = await self._claim(
            keys=[self._stream, stream_of(dead) if dead else "", self._first],
            args=[
                GROUP,
                CONSUMER,
                self._queue.visibility_timeout * 1000,
                most,
                self._queue.max_receive_count or 0,
                time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                self._queue.name,
                int(time.time() * 1000),
            ],
        )
        return [
            _message(entry_id, dict(zip(fields[::2], fields[1::2], strict=True)), int(count), int(first))
            for entry_id, count, fields, first in entries
        ]

    async def _new(self, most: int, wait: float) -> list[Message]:
        streams = await self._redis.xreadgroup(
            GROUP, CONSUMER, {self._stream: ">"}, count=most, block=max(1, int(wait * 1000)) if wait > 0 else None
        )
        return [_message(entry_id, fields) for _, entries in streams for entry_id, fields in entries]

    async def acknowledge(self, messages: Sequence[Message]) -> None:
        """See SourceQueue.acknowledge."""
        ids = [message.receipt for message in messages]
        if not ids:
            return
        async with outage(), self._redis.pipeline(transaction=True) as pipeline:
            pipeline.xack(self._stream, GROUP, *ids)
            pipeline.xdel(self._stream, *ids)
            if again := [message.receipt for message in messages if message.receive_count > 1]:
                pipeline.hdel(self._first, *again)
            await pipeline.execute()

    async def depth(self) -> Depth:
        """See SourceQueue.depth."""
        async with outage():
            total = await self._redis.xlen(self._stream)
            # The stream of a queue without messages may not exist yet.
            groups = await self._redis.xinfo_groups(self._stream) if await self._redis.exists(self._stream) else []
            first = await self._redis.xrange(self._stream, count=1)
        in_flight = sum(int(group["pending"]) for group in groups)
        oldest = time.time() - _sent(first[0][0]) / 1000 if first else 0.0
        return Depth(max(0, total - in_flight), in_flight, max(0.0, oldest))

    async def close(self) -> None:
        """See SourceQueue.close; the backend closes the Redis client."""


def _sent(entry_id: bytes) -> int:
    return int(entry_id.split(b"-")[0])


def _message(
    entry_id: bytes, fields: dict[bytes, bytes], receive_count: int = 1, first_received: int | None = None
) -> Message:
    name = entry_id.decode()
    return Message(
        message_id=name,
        receipt=name,
        body=fields.get(b"body", b"").decode(errors="replace"),
        sent=_sent(entry_id),
        first_received=first_received or int(time.time() * 1000),
        receive_count=receive_count,
        attributes=attributes_of(fields.get(b"attributes", b"{}")),
    )


def attributes_of(text: bytes) -> dict[str, str]:
    """Return a message's attributes; unreadable ones become one attribute, so that the message is still handled."""
    try:
        return {_valid_text(str(key)): _valid_text(str(value)) for key, value in json.loads(text).items()}
    except (ValueError, AttributeError, RecursionError):
        return {"unreadableAttributes": text.decode(errors="replace")}


def _valid_text(text: str) -> str:
    r"""Return the text with lone surrogates replaced: JSON can contain \ud800, UTF-8 cannot."""
    return text.encode(errors="replace").decode()


@asynccontextmanager
async def outage() -> AsyncIterator[None]:
    """Translate errors of Redis and of the network into QueueUnavailable."""
    try:
        yield
    except (RedisError, OSError) as error:
        raise QueueUnavailable(str(error)) from error
