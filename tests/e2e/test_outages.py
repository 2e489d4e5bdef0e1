"""Each store fails under load and recovers: no event is lost or duplicated, and no restart is needed.

PostgreSQL and Redis are separate servers, stopped or killed by the test; the runner does not start them.
"""

import signal
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from runner.embedded.postgres import EmbeddedPostgres
from runner.embedded.redis import EmbeddedRedis
from tests.e2e.stack import Stack, event, eventually, quick_template, running
from tests.influxdb_servers import Influxd, serving
from tests.servers import LoopThread, embedded_postgres, embedded_redis

AWAY_SECONDS = {"stop": 30.0, "kill": 5.0}
# None is the server's graceful shutdown.
SIGNALS = {"stop": None, "kill": signal.SIGKILL}
POSTERS = 4
BUCKET = "outages"
OnPostgres = tuple[Stack, EmbeddedPostgres]
OnRedis = tuple[Stack, EmbeddedRedis]
OnInfluxdb = tuple[Stack, Influxd]


@contextmanager
def system_on(folder: Path, **environment: str) -> Iterator[Stack]:
    """Run a system on the test's store for all its outages, with a short visibility timeout."""
    with running(folder / "data", "--template", quick_template(folder), environment=environment) as stack:
        yield stack


@pytest.fixture(scope="module")
def on_postgres(tmp_path_factory: pytest.TempPathFactory, loop_thread: LoopThread) -> Iterator[OnPostgres]:
    folder = tmp_path_factory.mktemp("on-postgres")
    server = embedded_postgres(folder / "server")
    loop_thread.run(server.start())
    with system_on(folder, DATABASE_URL=server.url) as stack:
        yield stack, server
    loop_thread.run(server.stop())


@pytest.fixture(scope="module")
def on_redis(tmp_path_factory: pytest.TempPathFactory, loop_thread: LoopThread) -> Iterator[OnRedis]:
    folder = tmp_path_factory.mktemp("on-redis")
    server = embedded_redis(folder / "server")
    loop_thread.run(server.start())
    with system_on(folder, REDIS_URL=server.url) as stack:
        yield stack, server
    loop_thread.run(server.stop())


@pytest.fixture(scope="module")
def on_influxdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnInfluxdb]:
    folder = tmp_path_factory.mktemp("on-influxdb")
    with serving(Influxd(tmp_path_factory.mktemp("influxd"))) as server:
        server.query(f'CREATE DATABASE "{BUCKET}"')
        where = {"INFLUXDB_URL": server.url, "INFLUXDB_BUCKET": BUCKET, "INFLUXDB_TOKEN": "t" * 24}
        with system_on(folder, **where) as stack:
            yield stack, server


class Load:
    """Notebooks that post until stopped, and record the accepted events and the answers.

    An event without a 202 is retried with the same id, as the wire contract requires: it may have been queued when the
    answer was lost.
    """

    def __init__(self, stack: Stack, class_id: str) -> None:
        self._url = stack.ready["ingest_url"]
        self.class_id = class_id
        self.accepted: list[str] = []
        self.statuses: Counter[int] = Counter()
        self.problems: list[str] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._post, args=(f"user{number}",)) for number in range(POSTERS)]

    def _post(self, user: str) -> None:
        with httpx.Client(timeout=30, trust_env=False) as client:
            while not self._stop.wait(0.2):
                event_id = uuid.uuid4().hex
                # Events of one class and millisecond share a million timestamps; with one time, some would collide.
                batch = [event(event_id, user, classId=self.class_id, eventTime=datetime.now(UTC).isoformat())]
                while not self._take(client.post(self._url, json=batch), event_id):
                    time.sleep(0.05)

    def _take(self, answer: httpx.Response, event_id: str) -> bool:
        """Return whether the batch needs no retry."""
        self.statuses[answer.status_code] += 1
        if answer.status_code == 503 and "retry-after" in answer.headers:
            return False
        if answer.status_code == 202:
            self.accepted.append(event_id)
        else:
            self.problems.append(f"{answer.status_code} {answer.text}")
        return True

    @contextmanager
    def running(self) -> Iterator[None]:
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join()


def assert_nothing_was_lost(stack: Stack, load: Load) -> None:
    assert load.problems == []
    eventually(lambda: set(load.accepted) <= set(stack.stored_ids(load.class_id)), 60)
    stored = Counter(stack.stored_ids(load.class_id))
    assert set(stored.values()) == {1}
    assert set(stored) <= set(load.accepted)
    students = stack.get(f"classes/{load.class_id}/progress")["students"]
    assert sum(student["runs"] for student in students) == len(stored)


def sequence(stack: Stack, load: Load, take: Callable[[], None], give: Callable[[], None], seconds: float) -> int:
    """Run the load before, during and after an outage; return the number of events accepted during it."""
    with load.running():
        time.sleep(2)
        take()
        before = len(load.accepted)
        time.sleep(seconds)
        during = len(load.accepted) - before
        give()
        eventually(lambda: stack.http.get("/api/v1/health/ready").status_code == 200)
        time.sleep(2)
    return during


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_events_are_accepted_and_queued_while_postgresql_is_down(
    on_postgres: OnPostgres, loop_thread: LoopThread, how: str
) -> None:
    stack, server = on_postgres
    load = Load(stack, how)
    with stack.socket():
        during = sequence(
            stack,
            load,
            lambda: loop_thread.run(server.stop(SIGNALS[how])),
            lambda: loop_thread.run(server.start_again()),
            AWAY_SECONDS[how],
        )
    assert during > POSTERS, "events are accepted and queued while PostgreSQL is unavailable"
    assert load.statuses[503] == 0
    assert_nothing_was_lost(stack, load)


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_events_are_refused_while_redis_is_down_and_accepted_afterwards(
    on_redis: OnRedis, loop_thread: LoopThread, how: str
) -> None:
    stack, server = on_redis
    load = Load(stack, how)
    during = sequence(
        stack,
        load,
        lambda: loop_thread.run(server.stop(SIGNALS[how])),
        lambda: loop_thread.run(server.start_again()),
        AWAY_SECONDS[how],
    )
    # A request that Redis accepted before the outage may still be answered.
    assert during <= POSTERS, "no event is accepted that is not queued"
    assert load.statuses[503] > 0
    assert_nothing_was_lost(stack, load)


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_an_influxdb_outage_delays_no_dashboard_and_loses_no_point(on_influxdb: OnInfluxdb, how: str) -> None:
    stack, server = on_influxdb
    load = Load(stack, how)
    take = server.stop if how == "stop" else server.kill
    during = sequence(stack, load, take, server.start, AWAY_SECONDS[how])
    assert during > POSTERS
    assert load.statuses[503] == 0
    assert_nothing_was_lost(stack, load)
    eventually(lambda: points_of(server, load.class_id) == len(load.accepted), 90)


def points_of(influxd: Influxd, class_id: str) -> int:
    question = f"SELECT count(user_id) FROM student_progress WHERE class = '{class_id}'"
    [series] = influxd.query(question, BUCKET) or [{"values": [[0, 0]]}]
    return int(series["values"][0][1])
