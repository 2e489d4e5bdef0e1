"""The TryMarks port on Redis."""

from collections.abc import Mapping, Sequence
from typing import Any

from redis import Redis

from classpulse.core.redis import translated_errors

# Longer than a message can be redelivered: maxReceiveCount times the visibility timeout, in every queue.
MARK_SECONDS = 6 * 60 * 60

# A mark is "<individual tries> <when the try's time is over, in ms>". The times are Redis's, so that clocks of several
# workers need not agree. KEYS: the marks. ARGV: ms that the try may take, seconds until the mark expires.
_TIME = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local over = string.format('%.0f', now + tonumber(ARGV[1]))
"""
# Returns {place in KEYS, unfinished individual tries} for each message that has a mark.
_BEGIN = (
    _TIME
    + """
local marked = {}
for place, key in ipairs(KEYS) do
  local mark = redis.call('GET', key)
  if mark then
    local tries, over = string.match(mark, '(%d+) (%d+)')
    tries = tonumber(tries)
    if now < tonumber(over) then tries = math.max(tries - 1, 0) end
    marked[#marked + 1] = {place, tries}
  else
    redis.call('SET', key, '0 ' .. over, 'EX', ARGV[2])
  end
end
return marked
"""
)
# ARGV[3]: the number of this individual try.
_BEGIN_ONE = _TIME + "redis.call('SET', KEYS[1], ARGV[3] .. ' ' .. over, 'EX', ARGV[2])"


class RedisTryMarks:
    """A string for each message that is being tried; all are in one hash slot. A round trip for each method."""

    def __init__(self, redis: Redis, queue: str) -> None:
        self._redis = redis
        self._queue = queue
        self._begin: Any = redis.register_script(_BEGIN)
        self._begin_one: Any = redis.register_script(_BEGIN_ONE)

    def begin(self, message_ids: Sequence[str], seconds: float) -> Mapping[str, int]:
        """See TryMarks.begin."""
        with translated_errors():
            marked = self._begin([*map(self._key, message_ids)], [int(seconds * 1000), MARK_SECONDS])
        return {message_ids[place - 1]: tries for place, tries in marked}

    def begin_one(self, message_id: str, tries: int, seconds: float) -> None:
        """See TryMarks.begin_one."""
        with translated_errors():
            self._begin_one([self._key(message_id)], [int(seconds * 1000), MARK_SECONDS, tries])

    def finish(self, message_ids: Sequence[str]) -> None:
        """See TryMarks.finish."""
        if message_ids:
            with translated_errors():
                self._redis.unlink(*map(self._key, message_ids))

    def _key(self, message_id: str) -> str:
        return f"tried:{{{self._queue}}}:{message_id}"
