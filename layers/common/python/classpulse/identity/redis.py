"""The Attempts and OneTime ports on Redis."""

import json
from collections.abc import Mapping
from typing import Any

from redis import Redis

from classpulse.core.digests import digest
from classpulse.core.redis import translated_errors

FREE_ATTEMPTS = 5
# Many users share an address: a university's, or that of the distribution's edge location.
FREE_ATTEMPTS_OF_ADDRESS = 50
LONGEST_WAIT = 900
EXPIRY_SECONDS = 24 * 60 * 60

# KEYS: (failures, blocked) of the email, then of the address. ARGV: free attempts of each, longest wait, expiry.
# One script, so that concurrent attempts are all counted.
_BEGIN = """
for at = 2, 4, 2 do
  local left = redis.call('PTTL', KEYS[at])
  if left > 0 then return math.ceil(left / 1000) end
end
for at = 1, 3, 2 do
  local count = redis.call('INCR', KEYS[at])
  redis.call('EXPIRE', KEYS[at], ARGV[4])
  local over = count - tonumber(ARGV[(at + 1) / 2])
  if over >= 0 then
    redis.call('SET', KEYS[at + 1], 1, 'EX', math.min(tonumber(ARGV[3]), 2 ^ math.min(over + 1, 20)))
  end
end
return 0
"""


class RedisAttempts:
    """The Attempts port. An attempt counts as failed until it succeeds."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._begin = redis.register_script(_BEGIN)

    def begin(self, email: str, address: str) -> int:
        """See Attempts.begin."""
        limits = [FREE_ATTEMPTS, FREE_ATTEMPTS_OF_ADDRESS, LONGEST_WAIT, EXPIRY_SECONDS]
        with translated_errors():
            return int(self._begin(keys=[*_keys("email", email), *_keys("address", address)], args=limits))

    def succeeded(self, email: str, address: str) -> None:
        """See Attempts.succeeded."""
        with translated_errors(), self._redis.pipeline() as pipeline:
            pipeline.delete(*_keys("email", email))
            pipeline.decr(_keys("address", address)[0])
            pipeline.execute()


class RedisOneTime:
    """The OneTime port. Keys are digests of the secrets, so reading Redis does not reveal one that can be taken."""

    def __init__(self, redis: Redis, kind: str) -> None:
        self._redis = redis
        self._kind = kind

    def put(self, secret: str, value: Mapping[str, Any], seconds: int) -> None:
        """See OneTime.put."""
        with translated_errors():
            self._redis.set(self._key(secret), json.dumps(dict(value)), ex=seconds)

    def take(self, secret: str) -> Mapping[str, Any] | None:
        """See OneTime.take."""
        with translated_errors():
            text = self._redis.getdel(self._key(secret))
        value: Mapping[str, Any] | None = json.loads(str(text)) if text else None
        return value

    def _key(self, secret: str) -> str:
        return f"{self._kind}:{digest(secret)}"


def _keys(kind: str, name: str) -> list[str]:
    return [f"attempts:{kind}:{digest(name)}", f"blocked:{kind}:{digest(name)}"]
