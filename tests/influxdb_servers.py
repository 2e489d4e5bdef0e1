"""Two real servers that accept InfluxDB's writes, both Debian packages; InfluxDB 2 and 3 are not available as one.

VictoriaMetrics accepts them at the client's path, /api/v2/write, and returns them at /api/v1/export.
influxd 1.6 stores them and answers InfluxQL; what InfluxDB 1.8 and later map themselves, /api/v2/write, is mapped here
by a proxy in front of it, which also records the requests and can answer in place of the server.
"""

import contextlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

from runner.embedded.process import CHILD
from tests.missing import skip_without
from tests.servers import fixed_port

START_SECONDS = 60
S = TypeVar("S", bound="Server")
Answer = tuple[int, Mapping[str, str], bytes]
OF_A_CONNECTION = {"connection", "content-length", "date", "host", "server", "transfer-encoding"}
PACKAGES = {"influxd": "influxdb", "victoria-metrics": "victoria-metrics"}
CONFIGURATION = """\
reporting-enabled = false
bind-address = "127.0.0.1:0"
[meta]
dir = "{0}/meta"
[data]
dir = "{0}/data"
wal-dir = "{0}/wal"
[http]
bind-address = "127.0.0.1:{1}"
log-enabled = false
[monitor]
store-enabled = false
[continuous_queries]
enabled = false
[retention]
enabled = false
[logging]
level = "warn"
"""


class Server:
    """A program that answers HTTP at 127.0.0.1:`port`; it dies with the tests."""

    def __init__(self, program: str, directory: Path, alive: str) -> None:
        """Skip the test with an installation hint if the program is missing."""
        found = shutil.which(program)
        if found is None:
            skip_without(program)
        self.port = fixed_port()
        self.arguments: list[str] = []
        self._program = found
        self._alive = alive
        self._log = directory / f"{program}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def request(
        self, method: str, target: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Return status, headers and body. Raises OSError and HTTPException."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, target, body, dict(headers or {}))
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def start(self) -> None:
        """Return when the server answers."""
        options = {"parent": os.getpid(), "signal": int(signal.SIGKILL), "uid": None, "gid": None, "reach": False}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", CHILD, json.dumps(options), "--", self._program, *self.arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"{self._program} did not start: {self._log.read_text()[-2000:]}")
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            return self.request("GET", self._alive)[0] < 300
        except (OSError, http.client.HTTPException):
            return False

    def stop(self) -> None:
        """Shut the server down gracefully."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the server with kill -9."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(30)
            self._process = None


class VictoriaMetrics(Server):
    """VictoriaMetrics, for points of any age; a duplicate sample counts once."""

    def __init__(self, directory: Path) -> None:
        super().__init__("victoria-metrics", directory, "/health")
        self.url = f"http://127.0.0.1:{self.port}"
        self.arguments = [
            f"-httpListenAddr=127.0.0.1:{self.port}",
            f"-storageDataPath={directory / 'victoria-metrics'}",
            "-retentionPeriod=300y",
            "-dedup.minScrapeInterval=1ms",
            "-memory.allowedBytes=256MB",
        ]

    def export(self, selector: str) -> list[dict[str, Any]]:
        """Return the series that match, each with `metric`, `values` and `timestamps` in milliseconds."""
        self.request("GET", "/internal/force_flush")
        status, _, body = self.request("GET", f"/api/v1/export?{urlencode({'match[]': selector})}")
        assert status == 200, body
        return [json.loads(line) for line in body.splitlines()]


class Influxd(Server):
    """influxd behind the proxy, which is at `url`. While influxd is stopped, so is the proxy."""

    def __init__(self, directory: Path) -> None:
        super().__init__("influxd", directory, "/ping")
        (directory / "influxd.conf").write_text(CONFIGURATION.format(directory / "influxd", self.port))
        self.arguments = ["-config", str(directory / "influxd.conf")]
        self.received: list[Received] = []
        self.answers: deque[Answer] = deque()
        self._public_port = fixed_port()
        self.url = f"http://127.0.0.1:{self._public_port}"
        self._proxy: Proxy | None = None

    def answer_next(self, status: int, headers: Mapping[str, str] | None = None, body: bytes = b"") -> None:
        """Let the proxy answer the next write itself; influxd does not see it."""
        self.answers.append((status, headers or {}, body))

    def start(self) -> None:
        """Return when both answer."""
        super().start()
        self._proxy = Proxy(("127.0.0.1", self._public_port), self)
        threading.Thread(target=self._proxy.serve_forever, args=(0.02,), daemon=True).start()

    def _end(self, number: signal.Signals) -> None:
        if self._proxy is not None:
            self._proxy.shutdown()
            self._proxy.server_close()
            self._proxy = None
        super()._end(number)

    def query(self, statement: str, database: str = "") -> list[dict[str, Any]]:
        """Return the series that an InfluxQL statement selects; times in nanoseconds."""
        form = urlencode({"q": statement, "db": database, "epoch": "ns"})
        status, _, body = self.request("POST", f"/query?{form}")
        result = json.loads(body)["results"][0]
        assert status == 200, body
        assert "error" not in result, body
        found: list[dict[str, Any]] = result.get("series", [])
        return found


@dataclass(frozen=True)
class Received:
    """A write that the proxy received; `connection` is the client's port."""

    target: str
    headers: Mapping[str, str]
    body: bytes
    connection: int


class Proxy(ThreadingHTTPServer):
    """The HTTP server in front of influxd."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], influxd: Influxd) -> None:
        super().__init__(address, ProxyHandler)
        self.influxd = influxd


class ProxyHandler(BaseHTTPRequestHandler):
    """Requests of one kept-alive connection."""

    server: Proxy
    protocol_version = "HTTP/1.1"
    # Send an answer's headers and body in one packet.
    wbufsize = -1

    def do_GET(self) -> None:
        self._pass_on("GET", self.path)

    def do_POST(self) -> None:
        influxd = self.server.influxd
        body = self.rfile.read(int(self.headers["Content-Length"]))
        influxd.received.append(Received(self.path, dict(self.headers), body, self.client_address[1]))
        if influxd.answers:
            self._answer(*influxd.answers.popleft())
        else:
            self._pass_on("POST", mapped(self.path), body)

    def _pass_on(self, method: str, target: str, body: bytes = b"") -> None:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in OF_A_CONNECTION}
        try:
            answer = self.server.influxd.request(method, target, body, headers)
        except (OSError, http.client.HTTPException):
            self.close_connection = True  # like a server that dies during a request
        else:
            self._answer(*answer)

    def _answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in OF_A_CONNECTION:
                self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def mapped(target: str) -> str:
    """Map a request to /api/v2/write as InfluxDB 1.8 does: to /write of the database named like the bucket."""
    parts = urlsplit(target)
    if parts.path != "/api/v2/write":
        return target
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    database, _, policy = asked["bucket"].partition("/")
    precision = {"ns": "n", "us": "u"}.get(asked.get("precision", "ns"), asked.get("precision", ""))
    return f"/write?{urlencode({'db': database, 'rp': policy, 'precision': precision})}"


@contextlib.contextmanager
def serving(server: S) -> Iterator[S]:
    """Run a server."""
    server.start()
    try:
        yield server
    finally:
        server.stop()
