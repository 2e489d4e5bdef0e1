"""Who may use a worker's Runtime API: the worker, and nobody else on the machine."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.functions import process_worker
from runner.functions.caller import Owner, WorkerProcess, owner_in
from runner.functions.pool import FunctionPool
from runner.http_server import bind
from tests.attacker import NOBODY, attempt, need_another_user, request
from tests.runner.pools import FUNCTIONS, answer_of, ask, error_of, pool_of
from tests.runner.test_worker import Bench
from tests.servers import LoopThread

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc/net/tcp")
little_endian = pytest.mark.skipif(sys.byteorder != "little", reason="the table is of a little-endian machine")
HEADING = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
LISTENER = "   0: 0100007F:A2C1 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 70 1 0 100 0\n"
CLIENT = "   1: 0100007F:8D44 0100007F:A2C1 01 00000000:00000000 00:00000000 00000000  1000        0 71 1 0 20 4\n"
SERVER = "   2: 0100007F:A2C1 0100007F:8D44 01 00000000:00000000 00:00000000 00000000     0        0 72 1 0 20 4\n"
CLOSED = "   3: 0100007F:8D45 0100007F:A2C1 06 00000000:00000000 03:00001763 00000000     0        0 0 3 0\n"
MAPPED = (
    "   4: 0000000000000000FFFF00000100007F:8D46 0000000000000000FFFF00000100007F:A2C1 01 "
    "00000000:00000000 00:00000000 00000000 33        0 74 1 0 20 4\n"
)
SIX = (
    "   5: 00000000000000000000000001000000:8D47 00000000000000000000000001000000:A2C1 01 "
    "00000000:00000000 00:00000000 00000000 34        0 75 1 0 20 4\n"
)
TABLE = HEADING + LISTENER + CLIENT + SERVER + CLOSED + MAPPED + SIX
PORT = 0xA2C1
NEXT = "GET /2018-06-01/runtime/invocation/next"
INIT_ERROR = "POST /2018-06-01/runtime/init/error"
HERE = "127.0.0.1"


@pytest.fixture
def bench(runtime_client: str, loop_thread: LoopThread, tmp_path: Path) -> Bench:
    return Bench(loop_thread, tmp_path)


@little_endian
@pytest.mark.parametrize(
    ("client", "host", "owner"),
    [
        (0x8D44, HERE, Owner(1000, 71)),
        (0x8D45, HERE, None),
        (0x8D46, HERE, Owner(33, 74)),
        (0x8D47, "::1", Owner(34, 75)),
        (0x8D48, HERE, None),
        (0x8D4, HERE, None),
    ],
    ids=["IPv4", "closed by its process", "IPv4 by an IPv6 socket", "IPv6", "no such port", "part of a port"],
)
def test_the_owner_of_a_connection_is_that_of_the_clients_end(client: int, host: str, owner: Owner | None) -> None:
    assert owner_in(TABLE, (host, client), (host, PORT)) == owner


@pytest.fixture
def connection() -> Iterator[tuple[socket.socket, socket.socket]]:
    with socket.create_server((HERE, 0)) as listener, socket.create_connection(listener.getsockname()) as client:
        server, _ = listener.accept()
        with server:
            yield client, server


@on_linux
def test_the_kernels_table_names_this_process_as_the_owner(connection: tuple[socket.socket, socket.socket]) -> None:
    client, server = connection
    owner = owner_in(Path("/proc/net/tcp").read_text(), client.getsockname(), server.getsockname())
    assert owner == Owner(os.geteuid(), os.fstat(client.fileno()).st_ino)


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_only_the_process_that_opened_a_connection_is_its_caller(
    connection: tuple[socket.socket, socket.socket], platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On macOS psutil finds the same; here it does so on every system."""
    if sys.platform != "linux" and platform == "linux":
        pytest.skip("only Linux has /proc/net/tcp")
    monkeypatch.setattr(sys, "platform", platform)
    client, server = connection
    ends = client.getsockname(), server.getsockname()
    uid, gid = os.geteuid(), os.getegid()
    assert WorkerProcess(os.getpid(), uid, gid).opened(*ends)
    assert not WorkerProcess(os.getpid(), uid, gid).opened(ends[1], (HERE, 1))
    # A process of the same user that did not open it, and that process when it has ended.
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        of_the_other = WorkerProcess(other.pid, uid, gid)
        assert not of_the_other.opened(*ends)
        other.communicate(b"\n")
    assert not of_the_other.opened(*ends)
    assert not WorkerProcess(other.pid, uid, gid).opened(*ends)


@on_linux
def test_the_user_of_the_socket_counts_too(connection: tuple[socket.socket, socket.socket]) -> None:
    client, server = connection
    other = WorkerProcess(os.getpid(), os.geteuid() + 1, os.getegid())
    assert not other.opened(client.getsockname(), server.getsockname())


@pytest.mark.parametrize("by", ["worker", "child"])
def test_a_worker_and_its_children_may_use_its_runtime_api(bench: Bench, by: str) -> None:
    async def scenario(pool: FunctionPool) -> None:
        # 400: the API answers that there is no such invocation.
        assert answer_of(await ask(pool, "ask_the_runtime_api", by=by)) == 400

    bench.run(scenario)


async def attacked(pool: FunctionPool, user: str | None) -> None:
    """Ask for the next event, fail the worker, and answer in its place, while it waits and while it works."""
    host, _, text = str(answer_of(await ask(pool, "variable", name="AWS_LAMBDA_RUNTIME_API"))).partition(":")
    port = int(text)
    working = asyncio.create_task(ask(pool, "sleep", seconds=3))
    for running in (True, False):
        if not running:
            await working
        tries = [request(port, NEXT), request(port, INIT_ERROR, "{}"), request(port, "OPTIONS /")]
        tries += [request(port, NEXT, host=f"localhost:{port}"), request(port, NEXT, upgrade="websocket")]
        for answer in await asyncio.to_thread(attempt, *tries, user=user):
            assert answer.startswith("HTTP/1.1 403 "), answer
            # No information: neither a body nor a header that says more than its end.
            assert answer.partition("\r\n\r\n")[2] == ""
    answer_of(working.result())
    assert answer_of(await ask(pool, "answer", value=host))["value"] == HERE


def test_another_process_of_the_same_user_gets_no_event_and_forges_no_answer(bench: Bench) -> None:
    bench.run(lambda pool: attacked(pool, None))


def test_another_user_gets_no_event_and_forges_no_answer(bench: Bench) -> None:
    need_another_user()
    bench.run(lambda pool: attacked(pool, NOBODY))


def test_a_connection_that_waits_is_closed_and_an_attack_during_a_start_changes_nothing(
    loop_thread: LoopThread, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attacker connects before the worker does; the kernel keeps the connection until the worker is known."""
    opened: list[socket.socket] = []

    def bind_and_attack(host: str, port: int) -> socket.socket:
        listener = bind(host, port)
        opened.append(socket.create_connection(listener.getsockname()))
        opened[0].sendall(f"{NEXT} HTTP/1.1\r\nhost: {HERE}:{listener.getsockname()[1]}\r\n\r\n".encode())
        opened.append(socket.create_connection(listener.getsockname()))
        return listener

    monkeypatch.setattr(process_worker, "bind", bind_and_attack)

    async def scenario() -> None:
        async with pool_of(FUNCTIONS / "tricks", tmp_path) as pool:
            assert answer_of(await ask(pool, "answer", value=1))["value"] == 1
            assert opened[0].recv(1000).startswith(b"HTTP/1.1 403 ")
            opened[1].settimeout(20)
            assert await asyncio.to_thread(opened[1].recv, 1000) == b""

    loop_thread.run(scenario())
    for one in opened:
        one.close()


def test_a_page_whose_name_was_rebound_to_loopback_is_refused(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its connection is made to pass as the worker's."""
    monkeypatch.setattr(WorkerProcess, "opened", lambda *_: True)

    async def scenario(pool: FunctionPool) -> None:
        port = int(str(answer_of(await ask(pool, "variable", name="AWS_LAMBDA_RUNTIME_API"))).partition(":")[2])
        hosts = ["attacker.example", f"attacker.example:{port}", f"localhost:{port}", HERE, ""]
        answers = await asyncio.to_thread(attempt, *(request(port, NEXT, host=host) for host in hosts))
        assert [answer.split(" ")[1] for answer in answers] == ["403"] * len(hosts)

    bench.run(scenario)


def test_a_failed_start_is_reported_to_the_pool(bench: Bench, tmp_path: Path) -> None:
    """The runtime client sends it on a connection of its own, and exits."""
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "handler.py").write_text("import missing_module\n")

    async def scenario() -> None:
        async with pool_of(tmp_path / "broken", tmp_path, warm=False) as pool:
            assert error_of(await pool.invoke(b"{}"))["errorType"] == "Runtime.ImportModuleError"

    bench._loop_thread.run(scenario())


def test_a_worker_keeps_its_connection(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """So its process is looked up once, and not with every event."""
    asked: list[float] = []
    opened = WorkerProcess.opened

    def counted(worker: WorkerProcess, client: tuple[str, int], server: tuple[str, int]) -> bool:
        asked.append(time.monotonic())
        return opened(worker, client, server)

    monkeypatch.setattr(WorkerProcess, "opened", counted)

    async def scenario(pool: FunctionPool) -> None:
        for number in range(20):
            assert answer_of(await ask(pool, "answer", value=number))["value"] == number

    bench.run(scenario, most=1)
    assert len(asked) == 1
