"""A load on a running stack: open dashboard sockets that subscribe to classes, and posts at a steady rate."""

import asyncio
import contextlib
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from benchmarks.runner_events import cell_run

HANDSHAKES_AT_ONCE = 10
CONNECTIONS = 32
ANSWER_SECONDS = 30.0
# Posts that are due while so many wait are not sent, so that a slow server is not overrun.
MOST_WAITING = 512


def class_of(number: int, classes: int) -> str:
    """Return the class of a socket or a student."""
    return f"class-{number % classes}"


@dataclass
class Sockets:
    """The open sockets of dashboards, and what they received. ended: number of those that did not stay open.

    ping_seconds: how often each sends a ping; API Gateway closes a socket that is silent for ten minutes.
    """

    ping_seconds: float
    opened: int = 0
    ended: int = 0
    messages: int = 0
    received_bytes: int = 0
    silent: int = 0
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def open(self, address: Callable[[], str], count: int, classes: int) -> None:
        """Open all sockets, each with a new address, and subscribe each to its class."""
        gate = asyncio.Semaphore(HANDSHAKES_AT_ONCE)
        opened = [asyncio.Event() for _ in range(count)]
        self.tasks = [
            asyncio.create_task(self._follow(address, class_of(number, classes), gate, event))
            for number, event in enumerate(opened)
        ]
        await asyncio.gather(*(event.wait() for event in opened))

    async def close(self) -> None:
        """Close all sockets."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _follow(
        self, address: Callable[[], str], class_id: str, gate: asyncio.Semaphore, opened: asyncio.Event
    ) -> None:
        try:
            async with gate:
                url = await asyncio.to_thread(address)
                socket = await connect(url, proxy=None, compression=None, ping_interval=None, open_timeout=60)
            async with socket:
                await socket.send(json.dumps({"action": "subscribe", "classId": class_id}))
                self.opened += 1
                opened.set()
                await self._count(socket)
        except (OSError, WebSocketException, TimeoutError):
            self.ended += 1
        finally:
            opened.set()

    async def _count(self, socket: ClientConnection) -> None:
        pinging = asyncio.create_task(_ping(socket, self.ping_seconds))
        own = 0
        try:
            async for message in socket:
                own += 1
                self.messages += 1
                self.received_bytes += len(message)
            self.ended += 1
        finally:
            self.silent += not own
            pinging.cancel()


async def _ping(socket: ClientConnection, seconds: float) -> None:
    with contextlib.suppress(WebSocketException):
        while True:
            await asyncio.sleep(seconds)
            await socket.send('{"action": "ping"}')


@dataclass
class Posts:
    """The posts and their answers. statuses: 0 for no answer; accepted: event ids by class.

    seconds: from when a post was due to its answer. withheld: posts that were not sent because too many were waiting.
    """

    sent: int = 0
    withheld: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    accepted: dict[str, list[str]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    async def send(self, url: str, rate: float, duration: float, students: int, classes: int) -> None:
        """Send posts of one event at a steady rate, without waiting for the answers."""
        due: asyncio.Queue[tuple[float, int]] = asyncio.Queue(MOST_WAITING)
        posters = [asyncio.create_task(self._post_all(url, due, classes)) for _ in range(CONNECTIONS)]
        began = time.perf_counter()
        for number in range(int(rate * duration)):
            moment = began + number / rate
            await asyncio.sleep(max(0.0, moment - time.perf_counter()))
            try:
                due.put_nowait((moment, number % students))
            except asyncio.QueueFull:
                self.withheld += 1
        await due.join()
        for poster in posters:
            poster.cancel()
        await asyncio.gather(*posters, return_exceptions=True)

    async def _post_all(self, url: str, due: asyncio.Queue[tuple[float, int]], classes: int) -> None:
        connection = Connection(url)
        while True:
            moment, student = await due.get()
            class_id = class_of(student, classes)
            event = cell_run(f"student-{student}@example.edu", class_id)
            self.sent += 1
            status = await connection.post(json.dumps([event]).encode())
            self.seconds.append(time.perf_counter() - moment)
            self.statuses[status] += 1
            if status == 202:
                self.accepted.setdefault(class_id, []).append(event["eventId"])
            due.task_done()


class Connection:
    """A small HTTP/1.1 client on one connection: it shares the machine with the server, so it must cost little."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname, parts.port
        self._head = (
            f"POST {parts.path} HTTP/1.1\r\nhost: {parts.netloc}\r\ncontent-type: application/json\r\n".encode()
        )
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, body: bytes) -> int:
        """Post a body; return the status, or 0 without an answer."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._post(body)
        except (OSError, TimeoutError, EOFError):
            self.close()
            return 0

    def close(self) -> None:
        """Close the connection; the next post opens another."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _post(self, body: bytes) -> int:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        writer.write(b"%scontent-length: %d\r\n\r\n%s" % (self._head, len(body), body))
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length or 0))
        return int(head.split(None, 2)[1])


async def every(interval: float, look: Callable[[float], Awaitable[None]]) -> None:
    """Call look(minutes since the start) at once and then at every interval, until cancelled."""
    began = time.perf_counter()
    number = 0
    while True:
        await look((time.perf_counter() - began) / 60)
        number += 1
        await asyncio.sleep(max(0.0, began + number * interval - time.perf_counter()))
