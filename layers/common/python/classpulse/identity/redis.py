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

# KEYS: (failures, blocked) for each limit, then the email's share of the address's failures. ARGV: longest wait,
# expiry, then the free attempts of each limit. One script, so that concurrent attempts are all counted.
_BEGIN = """
local limits = #ARGV - 2
for at = 1, limits do
  local left = redis.call('PTTL', KEYS[2 * at])
  if left > 0 then return math.ceil(left / 1000) end
end
for at = 1, limits do
  local count = redis.call('INCR', KEYS[2 * at - 1])
  redis.call('EXPIRE', KEYS[2 * at - 1], ARGV[2])
  local over = count - tonumber(ARGV[at + 2])
  if over >= 0 then
    redis.call('SET', KEYS[2 * at], 1, 'EX', math.min(tonumber(ARGV[1]), 2 ^ math.min(over + 1, 20)))
  end
end
local share = KEYS[2 * limits + 1]
if share then
  redis.call('INCR', share)
  redis.call('EXPIRE', share, ARGV[2])
end
return 0
"""
# KEYS: (failures, blocked) of the address, the email's share, then keys to delete. ARGV: free attempts of the address.
_SUCCEED = """
local share = tonumber(redis.call('GET', KEYS[3]) or '0')
local left = tonumber(redis.call('GET', KEYS[1]) or '0') - share
if left > 0 then redis.call('SET', KEYS[1], left, 'KEEPTTL') else redis.call('DEL', KEYS[1]) end
if left < tonumber(ARGV[1]) then redis.call('DEL', KEYS[2]) end
for at = 3, #KEYS do redis.call('DEL', KEYS[at]) end
"""


class RedisAttempts:
    """The Attempts port. An attempt counts as failed until it succeeds."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._begin = redis.register_script(_BEGIN)
        self._succeed = redis.register_script(_SUCCEED)

    def begin(self, email: str, address: str, device_id: str | None = None) -> int:
        """See Attempts.begin."""
        if device_id is not None:
            keys, limits = _keys("device", device_id), [FREE_ATTEMPTS]
        else:
            keys = [*_keys("email", email), *_keys("address", address), _share(email, address)]
            limits = [FREE_ATTEMPTS, FREE_ATTEMPTS_OF_ADDRESS]
        with translated_errors():
            return int(self._begin(keys=keys, args=[LONGEST_WAIT, EXPIRY_SECONDS, *limits]))

    def succeeded(self, email: str, address: str, device_id: str | None = None) -> None:
        """See Attempts.succeeded."""
        keys = [*_keys("address", address), _share(email, address), *_keys("email", email)]
        if device_id is not None:
            keys += _keys("device", device_id)
        with translated_errors():
            self._succeed(keys=keys, args=[FREE_ATTEMPTS_OF_ADDRESS])


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


class RedisOperatorKey:
    """The OperatorKey port."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def read(self) -> str | None:
        """See OperatorKey.read."""
        with translated_errors():
            key = self._redis.get("operator:key")
        return str(key) if key else None

    def write(self, operator_key: str) -> None:
        """See OperatorKey.write."""
        with translated_errors():
            self._redis.set("operator:key", operator_key)


def _keys(kind: str, name: str) -> list[str]:
    return [f"attempts:{kind}:{digest(name)}", f"blocked:{kind}:{digest(name)}"]


def _share(email: str, address: str) -> str:
    return f"attempts:share:{digest(f'{email} {address}')}"
