"""The HTTP client of a simulated notebook: posts batches over a connection that stays open."""

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
# Statuses that ask for a retry. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
_TRY_AGAIN = {429, 500, 502, 503, 504}


@dataclass(frozen=True)
class Answer:
    """The result of posting a batch.

    accepted, rejected: numbers of events; again: whether to retry the same batch, after `retry_after` seconds if the
    server named a time; problem: a text for a person, or ""; unwelcome: the server refuses every batch of this client.
    """

    accepted: int = 0
    rejected: int = 0
    again: bool = False
    retry_after: float | None = None
    problem: str = ""
    unwelcome: bool = False


class Client:
    """Posts batches. Thread-safe: each thread has its own connection."""

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
        """Post a batch once; if the answer is lost, the caller retries with the same event ids."""
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
    """Return the result that a response reports for a batch of `sent` events."""
    body = _object(text)
    if status == HTTPStatus.ACCEPTED:
        rejected = body.get("rejected") or []
        problem = f"rejected: {rejected[0].get('error')}" if rejected else ""
        return Answer(
            accepted=body.get("processed_count", sent - len(rejected)), rejected=len(rejected), problem=problem
        )
    problem = f"HTTP {status} {body.get('error', '')}".rstrip()
    if status in _TRY_AGAIN:
        seconds = float(retry_after) if retry_after and retry_after.isdecimal() else None
        return Answer(again=True, retry_after=seconds, problem=problem)
    return Answer(rejected=sent, problem=problem, unwelcome=status in {401, 403, 404, 405})


def _object(text: bytes) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
