"""The demo's client retries the same events until they are accepted, and honours Retry-After."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from demo.client import Answer, Client, read_answer
from demo.outbox import MAX_BATCH, Outbox

Reply = tuple[int, dict[str, str], Any]
HANG_UP = 0


class Server:
    """Answers with `replies` in order, then with 202; records the requests."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.bodies: list[Any] = []
        self.keys: list[str | None] = []
        self.times: list[float] = []
        self.connections: set[object] = set()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.http.server_port}/api/v1/events"

    def ids(self) -> list[list[str]]:
        return [[event["eventId"] for event in body] for body in self.bodies]

    def _handler(server: "Server") -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                server.bodies.append(body)
                server.keys.append(self.headers["authorization"])
                server.times.append(time.monotonic())
                server.connections.add(self.client_address)
                accepted: Reply = (202, {}, {"processed_count": len(body), "rejected": []})
                status, headers, answer = server.replies.pop(0) if server.replies else accepted
                if status == HANG_UP:
                    self.close_connection = True
                    return
                text = json.dumps(answer).encode()
                self.send_response(status)
                for name, value in {**headers, "content-length": str(len(text))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *arguments: object) -> None:
                """Keep the test's output clean."""

        return Handler


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()
    thread = threading.Thread(target=found.http.serve_forever, args=(0.01,))
    thread.start()
    yield found
    found.http.shutdown()
    thread.join()
    found.http.server_close()


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    found = Client(server.url, "key")
    yield found
    found.close()


def events(*ids: str) -> list[dict[str, Any]]:
    return [{"eventId": event_id} for event_id in ids]


def send_until(outbox: Outbox, done: Callable[[], bool]) -> None:
    while not done():
        outbox.send_next()


def test_batches_go_over_one_connection_with_the_key(server: Server, client: Client) -> None:
    assert client.post(events("a")) == client.post(events("b")) == Answer(accepted=1)
    assert server.ids() == [["a"], ["b"]]
    assert server.keys == ["Bearer key", "Bearer key"]
    assert len(server.connections) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_retry_waits_for_retry_after(server: Server, client: Client, status: int) -> None:
    server.replies = [(status, {"retry-after": "1"}, {"error": "later"})]
    outbox = Outbox(client.post)
    outbox.put(1, events("a", "b"))
    send_until(outbox, lambda: outbox.counts["accepted"] == 2)
    assert server.ids() == [["a", "b"], ["a", "b"]]
    assert server.times[1] - server.times[0] >= 1
    assert outbox.counts == {"posted": 4, "accepted": 2, "rejected": 0, "retried": 1}


def test_a_batch_of_unknown_outcome_is_retried_with_the_same_ids(server: Server, client: Client) -> None:
    server.replies = [(HANG_UP, {}, None)]
    outbox = Outbox(client.post)
    outbox.put(1, events("a"))
    outbox.send_next()
    # Later events do not change the batch of unknown outcome.
    outbox.put(1, events("b"))
    send_until(outbox, lambda: outbox.counts["accepted"] == 2)
    assert server.ids() == [["a"], ["a"], ["b"]]


def test_an_unreachable_server_loses_no_events() -> None:
    with socket.socket() as not_listening:
        not_listening.bind(("127.0.0.1", 0))
        answer = Client(f"http://127.0.0.1:{not_listening.getsockname()[1]}/", None).post(events("a"))
    assert (answer.again, answer.accepted, answer.retry_after) == (True, 0, None)
    assert "ConnectionRefusedError" in answer.problem


def test_a_throttled_student_does_not_delay_others(server: Server, client: Client) -> None:
    server.replies = [(429, {"retry-after": "1"}, {})]
    outbox = Outbox(client.post)
    outbox.put(1, events("slow"))
    outbox.put(2, events("other"))
    send_until(outbox, lambda: outbox.counts["accepted"] == 2)
    assert server.ids() == [["slow"], ["other"], ["slow"]]


def test_a_long_line_goes_in_small_batches_and_in_order(server: Server, client: Client) -> None:
    outbox = Outbox(client.post)
    outbox.put(1, events(*map(str, range(45))))
    send_until(outbox, lambda: outbox.counts["accepted"] == 45)
    assert [len(body) for body in server.bodies] == [MAX_BATCH, MAX_BATCH, 5]
    assert [int(event_id) for batch in server.ids() for event_id in batch] == list(range(45))
    assert outbox.summary().endswith("0 waiting")


def test_a_rejected_event_is_counted_and_left() -> None:
    said = b'{"processed_count": 2, "rejected": [{"index": 0, "eventId": "x", "error": "userId: is missing"}]}'
    assert read_answer(202, None, said, 3) == Answer(accepted=2, rejected=1, problem="rejected: userId: is missing")
    assert read_answer(422, None, b"[]", 3) == Answer(rejected=3, problem="HTTP 422")


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_request_with_a_wrong_key_or_address_is_not_retried(status: int) -> None:
    answer = read_answer(status, None, b'{"error": "a wrong ingest key"}', 1)
    assert (answer.unwelcome, answer.again) == (True, False)


def test_a_retry_after_that_is_no_number_is_ignored() -> None:
    assert read_answer(503, "Mon, 23 Nov 2026 09:00:00 GMT", b"", 1).retry_after is None


def test_a_closed_outbox_releases_its_waiting_senders(client: Client) -> None:
    outbox = Outbox(client.post)
    outbox.close()
    assert outbox.send_next() is False


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://localhost/", "http:///api"])
def test_an_invalid_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="--ingest-url must be like"):
        Client(url, None)
