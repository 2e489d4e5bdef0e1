"""One POST as a notebook makes it, over a connection that stays open."""

import http.client
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

Event = dict[str, Any]
TIMEOUT_SECONDS = 10.0
# Nothing was taken, and later it may be: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
_TRY_AGAIN = {429, 500, 502, 503, 504}


@dataclass(frozen=True)
class Answer:
    """What became of a batch.

    accepted, rejected: how many of its events; again: whether the same batch is to be sent again, after
    `retry_after` seconds where the server named a time; problem: for a person, "" where there is none;
    unwelcome: nothing that this client sends will ever be taken.
    """

    accepted: int = 0
    rejected: int = 0
    again: bool = False
    retry_after: float | None = None
    problem: str = ""
    unwelcome: bool = False


class Client:
    """Posts batches; safe to use from several threads, each of which gets a connection of its own."""

    def __init__(self, ingest_url: str, ingest_key: str | None) -> None:
        parts = urlsplit(ingest_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"--ingest-url must be like http://host:port/api/v1/events, not {ingest_url}")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        host, port = parts.hostname, parts.port
        self._connect: Callable[[], http.client.HTTPConnection] = partial(kind, host, port, timeout=TIMEOUT_SECONDS)
        self._path = parts.path or "/"
        self._headers = {"Content-Type": "application/json"}
        if ingest_key:
            self._headers["Authorization"] = f"Bearer {ingest_key}"
        self._local = threading.local()

    def post(self, events: list[Event]) -> Answer:
        """Send the batch once; a lost answer means sending the same event ids again."""
        body = json.dumps(events, ensure_ascii=False).encode()
        try:
            response, text = self._request(body)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            return Answer(again=True, problem=f"{type(error).__name__}: {error}")
        return read_answer(response.status, response.getheader("Retry-After"), text, len(events))

    def close(self) -> None:
        """Close this thread's connection."""
        connection: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        self._local.connection = None
        if connection:
            connection.close()

    def _request(self, body: bytes) -> tuple[http.client.HTTPResponse, bytes]:
        connection: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect()
        connection.request("POST", self._path, body, self._headers)
        response = connection.getresponse()
        return response, response.read()


def read_answer(status: int, retry_after: str | None, text: bytes, sent: int) -> Answer:
    """Return what a response means for a batch of `sent` events."""
    said = _object(text)
    if status == HTTPStatus.ACCEPTED:
        rejected = said.get("rejected") or []
        problem = f"rejected: {rejected[0].get('error')}" if rejected else ""
        return Answer(
            accepted=said.get("processed_count", sent - len(rejected)), rejected=len(rejected), problem=problem
        )
    problem = f"HTTP {status} {said.get('error', '')}".rstrip()
    if status in _TRY_AGAIN:
        seconds = float(retry_after) if retry_after and retry_after.isdecimal() else None
        return Answer(again=True, retry_after=seconds, problem=problem)
    return Answer(rejected=sent, problem=problem, unwelcome=status in {401, 403, 404, 405})


def _object(text: bytes) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
