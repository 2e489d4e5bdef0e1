"""Endurance: open dashboard sockets and steady posts against a local_runner.py; nothing lost, memory flat.

Every post carries one event of another student. Students and sockets are spread over the classes in turn, so a post is
pushed to the sockets of one class. With --plain the stack is one function that does nothing, and each socket sends it a
message every five seconds, which measures the runner without ClassPulse.
"""

import argparse
import asyncio
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psutil
import uvloop

from benchmarks.results import Result, Timed, none
from benchmarks.runner_load import Posts, Sockets, every
from benchmarks.runner_measures import MEGABYTE, percentile
from benchmarks.runner_moments import Moment, cpu_table, flat_memory, growth_table, moments_table
from benchmarks.runner_plain import plain_stack
from benchmarks.runner_stack import SETTLE_SECONDS, Stack, cpu_seconds, raise_file_limit, running

PING_SECONDS, PLAIN_PING_SECONDS = 240.0, 5.0


@dataclass(frozen=True)
class Books:
    """The stored events, compared with the accepted ids. counted: runs in the students' progress."""

    stored: int
    lost: int
    twice: int
    counted: int


def books_of(stack: Stack, posts: Posts) -> Books:
    """Compare the accepted ids with the stored ones."""
    total, lost, twice, counted = 0, 0, 0, 0
    for class_id, accepted in posts.accepted.items():
        ids = stack.stored(class_id)
        total += len(ids)
        lost += len(set(accepted) - set(ids))
        twice += len(ids) - len(set(ids))
        students = stack.get(f"/api/v1/classes/{class_id}/progress")["students"]
        counted += sum(student["runs"] for student in students)
    return Books(total, lost, twice, counted)


async def load(stack: Stack, options: argparse.Namespace) -> tuple[Posts, Sockets, list[Moment], float]:
    """Open the sockets, post, and sample the memory meanwhile. The last value: seconds until the queues were empty."""
    posts, sockets, moments = Posts(), Sockets(PLAIN_PING_SECONDS if options.plain else PING_SECONDS), list[Moment]()
    interval = 60.0 if options.minutes >= 3 else 10.0

    async def look(minutes: float) -> None:
        status = await asyncio.to_thread(stack.status)
        members = await asyncio.to_thread(stack.members)
        accepted = posts.statuses[202]
        own, all_of = cpu_seconds(psutil.Process()), psutil.cpu_times()
        busy = sum(all_of) - all_of.idle - getattr(all_of, "iowait", 0.0)
        moments.append(Moment(minutes, members, status, accepted, sockets.messages, own, busy))

    def address() -> str:
        return stack.ready["websocket_url"] if options.plain else stack.socket_url()

    await sockets.open(address, options.sockets, options.classes)
    looking = asyncio.create_task(every(interval, look))
    duration = options.minutes * 60
    await posts.send(stack.ready["ingest_url"], options.rate, duration, options.students, options.classes)
    looking.cancel()
    if moments[-1].minutes < options.minutes - interval / 120:
        await look(options.minutes)
    waited = await asyncio.to_thread(stack.settle)
    await sockets.close()
    return posts, sockets, moments, waited


def measure(options: argparse.Namespace, timed: Timed) -> Result:
    """Load a runner; return the result."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        arguments = ["--template", str(plain_stack(folder))] if options.plain else []
        with running(folder, *arguments) as stack:
            posts, sockets, moments, waited = uvloop.run(load(stack, options))
            books = None if options.plain else books_of(stack, posts)
            status = stack.status()
    refused = {status: count for status, count in posts.statuses.items() if status != 202}
    notes = [
        f"Posts: {posts.sent} sent, {posts.statuses[202]} accepted, {refused or 'none'} otherwise, {posts.withheld} "
        f"withheld; p50 {statistics.median(posts.seconds) * 1000:.1f} ms, "
        f"p95 {percentile(posts.seconds, 95) * 1000:.1f} ms.",
        f"Sockets: {sockets.opened} opened, {sockets.ended} did not stay open, {sockets.messages} messages, "
        f"{sockets.received_bytes / MEGABYTE:.0f} MB, {sockets.silent} without any message.",
    ]
    aims = [flat_memory(moments), none("sockets that did not stay open", sockets.ended)]
    if books is not None:
        dead = sum(queue["waiting"] for queue in status["queues"].values() if queue["deadLettersOf"])
        emptied = "empty" if waited < SETTLE_SECONDS else "not empty"
        aims += [none("events lost", books.lost), none("events stored twice", books.twice)]
        notes.append(
            f"Events: {books.stored} stored; {books.counted} runs counted. Queues: {emptied} {waited:.0f} s after the "
            f"last post, {dead} dead letters."
        )
    invoked = (f"{name} {counts['invocations']}" for name, counts in status["functions"].items())
    notes.append(f"Invocations: {', '.join(invoked)}.")
    tables = [moments_table(moments), growth_table(moments), cpu_table(moments)]
    return timed.done(aims=aims, tables=tables, notes=notes)


def main() -> None:
    """Load and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.runner_endurance", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0, help="length of the load (default 1)")
    parser.add_argument("--sockets", type=int, default=500, help="open dashboards (default 500)")
    parser.add_argument("--rate", type=float, default=200.0, help="posts a second (default 200)")
    parser.add_argument("--students", type=int, default=1000, help="students who post (default 1000)")
    parser.add_argument("--classes", type=int, default=50, help="classes (default 50)")
    parser.add_argument("--plain", action="store_true", help="run a function that does nothing instead of ClassPulse")
    options = parser.parse_args()
    raise_file_limit()
    measure(options, Timed("runner_endurance", __doc__, options))


if __name__ == "__main__":
    main()
