"""The samples of an endurance run, and its tables: load and memory by the minute, growth, cores."""

import os
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.results import Aim, Table
from benchmarks.runner_measures import MEGABYTE, megabytes, slope
from benchmarks.runner_stack import Member, summed

# Pools grow and caches fill at first, so growth is measured from here on.
WARM_MINUTES = 1.0
FLAT = 1.05


@dataclass(frozen=True)
class Moment:
    """A sample of the system. minutes: since the load began."""

    minutes: float
    members: list[Member]
    status: dict[str, Any]
    accepted: int
    messages: int
    client_cpu: float
    machine_cpu: float

    def rss_of(self, name: str) -> float:
        """Return the mean resident memory of the processes of this name, in megabytes."""
        return statistics.fmean(member.memory.rss / MEGABYTE for member in self.members if member.name == name)


def moments_table(moments: Sequence[Moment]) -> Table:
    """Return the table of load and memory by the minute."""
    rows = []
    for moment in moments:
        runner, workers = summed(moment.members, "runner"), summed(moment.members, "worker")
        queues = moment.status["queues"].values()
        rows.append(
            [
                f"{moment.minutes:.1f}",
                f"{moment.accepted}",
                f"{moment.messages}",
                f"{moment.status['openSockets']}",
                f"{sum(queue['waiting'] for queue in queues if not queue['deadLettersOf'])}",
                megabytes(runner.rss),
                megabytes(runner.pss),
                f"{sum(member.kind == 'worker' for member in moment.members)}",
                megabytes(workers.rss),
                megabytes(workers.pss),
            ]
        )
    load, memory = ["Minute", "accepted", "messages", "sockets", "waiting"], ["runner RSS MB", "PSS"]
    return Table("Load and memory", [*load, *memory, "workers", "RSS MB", "PSS"], rows)


def _first_warm(moments: Sequence[Moment]) -> int:
    enough = min(WARM_MINUTES, moments[-1].minutes / 3) - 0.01
    return next(number for number, moment in enumerate(moments) if moment.minutes >= enough)


def flat_memory(moments: Sequence[Moment]) -> Aim:
    """Return the claim that the runner, and each worker that was warm, does not grow."""
    number = _first_warm(moments)
    before, first, last = (
        {member.pid: member.memory.rss for member in moment.members if member.kind in {"runner", "worker"}}
        for moment in (moments[max(0, number - 1)], moments[number], moments[-1])
    )
    stayed = before.keys() & first.keys() & last.keys()
    ratio = sum(last[pid] for pid in stayed) / sum(first[pid] for pid in stayed)
    return Aim(
        f"memory after {moments[-1].minutes:.1f} minutes, of that when warm",
        f"≤ {FLAT} times",
        f"{ratio:.3f} times",
        ratio <= FLAT,
    )


def growth_table(moments: Sequence[Moment]) -> Table:
    """Return the growth of the runner, and of a worker of each function, once it is warm."""
    sizes: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for moment in moments[_first_warm(moments) :]:
        for name in sorted({member.name for member in moment.members if member.kind in {"runner", "worker"}}):
            sizes[name].append((moment.minutes, moment.rss_of(name)))
    rows = []
    for name, seen in sorted(sizes.items(), key=lambda item: item[0] != "local_runner.py"):
        minutes, rss = zip(*seen, strict=True)
        grows = slope(minutes, rss)
        rows.append(
            [name, f"{rss[0]:.1f}", f"{rss[-1]:.1f}", f"{max(rss):.1f}", "-" if grows is None else f"{grows:+.2f}"]
        )
    return Table("Growth once warm", ["RSS of one process, MB", "first", "last", "most", "MB a minute"], rows)


def cpu_table(moments: Sequence[Moment]) -> Table:
    """Return the cores that each process used; workers that ended before the last sample count as other."""
    first, last = moments[0], moments[-1]
    before = {member.pid: member.cpu for member in first.members}
    used: dict[str, float] = defaultdict(float)
    for member in last.members:
        used[member.name] += member.cpu - before.get(member.pid, 0.0)
    used["this client"] = last.client_cpu - first.client_cpu
    used["other processes"] = max(0.0, last.machine_cpu - first.machine_cpu - sum(used.values()))
    seconds = (last.minutes - first.minutes) * 60
    rows = [[name, f"{cpu / seconds:.2f}"] for name, cpu in used.items() if cpu / seconds >= 0.005]
    return Table("Processor time", [f"Of {os.cpu_count()} cores", "used"], sorted(rows, key=lambda row: -float(row[1])))
