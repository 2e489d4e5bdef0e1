"""Cold starts and memory: every function of template.yaml in turns, and an idle local_runner.py.

Times start at the spawn of the worker. It is ready when it requests its first event; the first answer includes the work
for that event.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from benchmarks.runner_events import empty_function, first_events, url_event
from benchmarks.runner_measures import MEGABYTE, Memory, Samples, megabytes, memory_of, occasion, ratios, spread, table
from benchmarks.runner_served import ROOT
from benchmarks.runner_stack import Member, running, summed
from runner.embedded.data_dir import DataDir
from runner.functions.function_log import FunctionLog
from runner.functions.pool import INIT_SECONDS
from runner.functions.process_worker import ProcessWorker
from runner.sources.kinds import KINDS
from runner.sources.sqs.streams_backend import StreamsBackend
from runner.stores import SERVERS, Stores
from runner.template.model import Function
from runner.template.reader import read

EMPTY = "EmptyFunction"
MIGRATE = "MigrateFunction"
AIM_MEGABYTES = 400
SETTLE_SECONDS = 3.0


@dataclass(frozen=True)
class Starts:
    """The starts of a function: their times, and the memory of the workers."""

    ready: Samples
    answered: Samples
    memories: list[Memory] = field(default_factory=list)


async def start_once(function: Function, payload: bytes | None, folder: Path, starts: Starts) -> None:
    """Start a worker, invoke it once, read its memory, and stop it. payload: None if we have no event for it."""
    log = FunctionLog(function.name, folder / f"{function.name}.log")
    worker = ProcessWorker(function, log)
    began = time.perf_counter()
    failure = await worker.start(INIT_SECONDS)
    ready = time.perf_counter() - began
    if failure is not None:
        raise SystemExit(f"{function.name} does not start: {failure.payload.decode()}")
    outcome, _, _ = await worker.invoke(payload or b"{}")
    answered = time.perf_counter() - began
    if outcome.failed and payload is not None:
        raise SystemExit(f"{function.name} fails: {outcome.payload.decode()}")
    starts.ready.take([ready])
    starts.answered.take([answered])
    starts.memories.append(memory_of(worker.pid))
    await worker.stop()
    log.close()


async def measure(folder: Path, rounds: int) -> dict[str, Starts]:
    """Return the starts of each function, the empty one first."""
    async with AsyncExitStack() as cleanup:
        data_dir = DataDir(folder / "data")
        cleanup.callback(data_dir.close)
        stores = Stores(data_dir, "classpulse", {}, SERVERS)
        cleanup.push_async_callback(stores.stop)
        await stores.start()
        token = data_dir.key("instructor_token")
        parameters = {
            "DatabaseUrl": stores.database_url,
            "RedisUrl": stores.redis_url,
            "InstructorToken": token,
            "IngestKey": data_dir.key("ingest_key"),
            "SigningKey": data_dir.key("signing_key"),
            "PrivacyKey": data_dir.key("privacy_key"),
            "OpenIngest": "true",
            "MaxEventsPerStudentPerMinute": "0",
        }
        backend = StreamsBackend(stores.redis_url, exclusive=False)
        functions = dict(read(ROOT / "template.yaml", parameters, backend.url_of, "ws://127.0.0.1:1", KINDS).functions)
        empty = read(empty_function(folder), {}, backend.url_of, "ws://127.0.0.1:1", KINDS).functions[EMPTY]
        events = {EMPTY: url_event("GET", "/"), **first_events(token)}
        # Migrate first: the other functions need the tables.
        functions = {EMPTY: empty, MIGRATE: functions.pop(MIGRATE), **functions}
        found = {name: Starts(Samples(name), Samples(name)) for name in functions}
        for number in range(rounds + 1):
            for name, function in functions.items():
                # The first round fills the disk cache and creates the tables; it does not count.
                starts = found[name] if number else Starts(Samples(name), Samples(name))
                await start_once(function, events.get(name), folder, starts)
        return found


def starts_table(found: Mapping[str, Starts]) -> str:
    """Return the table of cold starts; the ratios are to the empty function."""
    empty = next(iter(found.values()))
    rows = []
    for name, starts in found.items():
        pss = [memory.pss for memory in starts.memories if memory.pss is not None]
        rows.append(
            [
                name,
                f"{statistics.median(starts.ready.all):.0f}",
                spread(starts.ready.all, 0),
                f"{statistics.median(ratios(starts.ready, empty.ready)):.1f}",
                f"{statistics.median(starts.answered.all):.0f}",
                spread(starts.answered.all, 0),
                megabytes(statistics.median(memory.rss for memory in starts.memories)),
                megabytes(statistics.median(pss) if pss else None),
            ]
        )
    header = [
        "Function",
        "ready ms",
        "of all",
        "ratio to empty",
        "first answer ms",
        "of all",
        "RSS MB",
        "PSS MB of one worker",
    ]
    return table(header, rows)


def idle(folder: Path) -> list[Member]:
    """Return the processes of an idle runner."""
    with running(folder) as stack:
        time.sleep(SETTLE_SECONDS)
        return stack.members()


def idle_table(members: Iterable[Member]) -> str:
    """Return the table of a runner's memory: our own processes first, then the servers."""
    members = list(members)

    def row(name: str, memory: Memory) -> list[str]:
        return [name, megabytes(memory.rss), megabytes(memory.pss)]

    rows = [row(member.name, member.memory) for member in members if member.kind in {"runner", "worker", "other"}]
    rows.append(row("**our own processes**", summed(members, "runner", "worker", "other")))
    for name in sorted({member.name for member in members if member.kind == "server"}):
        of_server = [member for member in members if member.name == name]
        rows.append(row(f"{name}, {len(of_server)} processes", summed(of_server, "server")))
    return table(["Idle", "RSS MB", "PSS MB"], rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.runner_cold_start", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each function is started (default 5)")
    options = parser.parse_args()
    print(occasion())
    with tempfile.TemporaryDirectory() as folder:
        members = idle(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        found = uvloop.run(measure(Path(folder), options.rounds))
    print(f"{options.rounds} starts of each, in turns\n\n{starts_table(found)}\n\n{idle_table(members)}")
    own = summed(members, "runner", "worker", "other")
    for kind, size in (("RSS, which counts shared pages in each process", own.rss), ("PSS", own.pss)):
        if size is not None:
            met = "met" if size < AIM_MEGABYTES * MEGABYTE else "not met"
            print(f"\nour own processes idle: {megabytes(size)} MB ({kind}; target: under {AIM_MEGABYTES} MB): {met}")


if __name__ == "__main__":
    main()
