"""The Redis client, and the translation of its errors into ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from classpulse.core.errors import StoreUnavailable


def make_redis(url: str, ca: str = "", *, seconds: float = 3) -> Redis:
    """Return a client for redis:// or rediss://. It retries once, for stale connections; each try takes `seconds`.

    `ca` is the PEM text of an authority to trust besides the system's.
    """
    trusted = {"ssl_ca_data": ca} if ca else {}
    return Redis.from_url(
        url,
        decode_responses=True,
        socket_connect_timeout=min(2, seconds),
        socket_timeout=seconds,
        retry=Retry(ExponentialBackoff(cap=0.2, base=0.05), 1),
        **trusted,
    )


@contextmanager
def translated_errors() -> Iterator[None]:
    """Translate Redis's errors. Raises StoreUnavailable."""
    try:
        yield
    except RedisError as error:
        raise StoreUnavailable("Redis is unavailable, or a command failed") from error
