"""Medians, spreads and ratios as Markdown; memory of processes; growth."""

import math
import os
import platform
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil

MEGABYTE = 2**20


@dataclass(frozen=True)
class Samples:
    """The milliseconds of one way, round by round. All ways take turns in every round."""

    name: str
    rounds: list[list[float]] = field(default_factory=list)

    def take(self, seconds: Sequence[float]) -> None:
        """Add a round."""
        self.rounds.append([second * 1000 for second in seconds])

    @property
    def all(self) -> list[float]:
        """Every sample."""
        return [sample for one in self.rounds for sample in one]

    @property
    def medians(self) -> list[float]:
        """The median of each round."""
        return [statistics.median(one) for one in self.rounds]


@dataclass(frozen=True)
class Memory:
    """Resident memory in bytes. pss: divides shared pages among their processes; None if the system has no figure."""

    rss: int
    pss: int | None

    def __add__(self, other: "Memory") -> "Memory":
        pss = self.pss + other.pss if self.pss is not None and other.pss is not None else None
        return Memory(self.rss + other.rss, pss)


def memory_of(pid: int) -> Memory:
    """Return the present memory of a process. Raises psutil.NoSuchProcess."""
    rss: int = psutil.Process(pid).memory_info().rss
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return Memory(rss, None)
    return Memory(rss, next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), None))


def megabytes(size: float | None) -> str:
    """Return a size in megabytes, as text."""
    return "-" if size is None else f"{size / MEGABYTE:.1f}"


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that at least so many percent of the values do not exceed."""
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Return the lowest and the highest value, as text."""
    return f"{min(values):.{digits}f}-{max(values):.{digits}f}"


def ratios(samples: Samples, baseline: Samples) -> list[float]:
    """Return the ratio of the medians, round by round."""
    return [one / base for one, base in zip(samples.medians, baseline.medians, strict=True)]


def latency_table(first: str, all_samples: Sequence[Samples]) -> str:
    """Return the table of the ways; the first is the baseline of the others."""
    baseline = all_samples[0]
    middle = statistics.median(baseline.all)
    rows = []
    for samples in all_samples:
        found = ratios(samples, baseline)
        p50 = statistics.median(samples.all)
        rows.append(
            [
                samples.name,
                f"{p50:.2f}",
                spread(samples.medians),
                f"{percentile(samples.all, 95):.2f}",
                f"{p50 - middle:+.2f}" if samples is not baseline else "",
                f"{statistics.median(found):.2f} ({spread(found)})" if samples is not baseline else "1",
            ]
        )
    return table([first, "p50 ms", "p50 of rounds", "p95 ms", "added ms", "ratio (of rounds)"], rows)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; every column except the first has numbers."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def slope(minutes: Sequence[float], sizes: Sequence[float]) -> float | None:
    """Return the growth of a size a minute (least squares); None with fewer than three points."""
    return statistics.linear_regression(minutes, sizes).slope if len(sizes) > 2 else None


def occasion() -> str:
    """Return the time, the machine and its load before the measurement, as text."""
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else math.nan
    today = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    python = f"Python {platform.python_version()}"
    return f"{today}, {os.cpu_count()} cores, {sys.platform}, {python}, load average before {busy:.1f}"
