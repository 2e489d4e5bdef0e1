"""The latency benchmark's results, compared with its aims."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.classroom import BURST_SECONDS
from benchmarks.ledger import Books
from benchmarks.results import Aim, Plot, Result, Table, Timed, below, none
from benchmarks.runner_measures import percentile

SOCKET_AIM, PIXEL_AIM, BURST_AIM = 150.0, 400.0, 2000.0
BACK_AIM = 5.0
WINDOWS = 5
HEADER = ["", "posts", "p50 ms", "p95 ms", "p99 ms", "p50 of fifths", "p95 to 202", "untold", "lost", "twice"]


def windows(samples: Sequence[tuple[float, float]], count: int = WINDOWS) -> list[list[float]]:
    """Return the samples in equal periods of time, without the empty periods."""
    first, last = min(at for at, _ in samples), max(at for at, _ in samples)
    length = (last - first) / count or 1.0
    found: list[list[float]] = [[] for _ in range(count)]
    for at, sample in samples:
        found[min(count - 1, int((at - first) / length))].append(sample)
    return [window for window in found if window]


@dataclass(frozen=True)
class Found:
    """The result of one part. samples: (second of the part at which the post was due, milliseconds)."""

    name: str
    students: int
    dashboards: int
    samples: list[tuple[float, float]]
    posts: int
    untold: int
    retried: int
    answered: list[float]
    books: Books | None

    @property
    def milliseconds(self) -> list[float]:
        """The milliseconds of all samples."""
        return [sample for _, sample in self.samples]

    def row(self) -> list[str]:
        """Return the row of the table."""
        p50, p95, p99 = (percentile(self.milliseconds, percent) for percent in (50, 95, 99))
        medians = [statistics.median(window) for window in windows(self.samples)]
        books = self.books
        return [
            self.name,
            f"{self.posts:,}",
            *(f"{value:,.0f}" for value in (p50, p95, p99)),
            f"{min(medians):,.0f}-{max(medians):,.0f}",
            f"{percentile(self.answered, 95):,.0f}" if self.answered else "",
            str(self.untold),
            str(books.lost) if books else "",
            str(books.twice) if books else "",
        ]


def by_second(samples: Sequence[tuple[float, float]]) -> dict[int, float]:
    """Return the p95 of each second."""
    found: dict[int, list[float]] = {}
    for at, sample in samples:
        found.setdefault(int(at), []).append(sample)
    return {second: percentile(values, 95) for second, values in sorted(found.items())}


def back_to_normal(p95: dict[int, float], burst: float, normal: float) -> float | None:
    """Return the seconds from the end of the burst to the first two normal seconds in a row; None: there are none."""
    after = [second for second in p95 if second >= burst]
    for one, other in pairwise(after):
        if p95[one] <= normal and p95[other] <= normal:
            return max(0.0, one - burst)
    return None


def summed_up(sockets: list[Found], started: Found, pixels: list[Found], timed: Timed) -> Result:
    """Return the delays and the claims."""
    of_largest = next(one for one in reversed(sockets) if one.students == started.students and one.dashboards == 1)
    # Less happens in the middle of a lesson than at its start, so every delay within the target is normal too.
    normal = max(percentile(of_largest.milliseconds, 95) * 1.5, SOCKET_AIM)
    seconds = by_second(started.samples)
    back = back_to_normal(seconds, BURST_SECONDS, normal)
    everywhere = [*sockets, started]
    who = f"{started.students:,} students"
    arriving = [sample for at, sample in started.samples if at < BURST_SECONDS]
    aims = [
        below(f"{who}, 1 dashboard: p95 to the socket", percentile(of_largest.milliseconds, 95), SOCKET_AIM, "ms"),
        below(f"{who} come within 10 s: p99 during them", percentile(arriving, 99), BURST_AIM, "ms"),
        Aim(
            f"after a class start: back to normal (p95 of a second up to {normal:.0f} ms)",
            f"within {BACK_AIM:g} s",
            "not within the measurement" if back is None else f"{back:.0f} s",
            back is not None and back <= BACK_AIM,
        ),
        none("events lost", sum(one.books.lost for one in everywhere if one.books)),
        none("events stored twice", sum(one.books.twice for one in everywhere if one.books)),
        none("posts that did not reach a dashboard", sum(one.untold for one in everywhere)),
    ]
    title = "From the POST to the message at the dashboards' sockets"
    tables = [Table(title, HEADER, [one.row() for one in everywhere])]
    bars = {one.name: one for one in everywhere}
    if pixels:
        p95 = percentile(pixels[-1].milliseconds, 95)
        aims.insert(1, below(f"{pixels[-1].name}: p95 to the painted pixel", p95, PIXEL_AIM, "ms"))
        rows = [[*one.row()[:6], str(one.untold)] for one in pixels]
        tables.append(Table("From the POST to the painted pixel in Chromium", [*HEADER[:6], "unpainted"], rows))
        bars |= {f"pixel, {one.name}": one for one in pixels}
    plots = [
        Plot(
            "latency",
            "From the POST to the dashboard",
            "",
            "ms",
            {
                f"p{percent}": [(name, percentile(one.milliseconds, percent)) for name, one in bars.items()]
                for percent in (50, 95, 99)
            },
            log="y",
            bars=True,
        ),
        Plot(
            "class-start",
            f"Class start: {who} within 10 s",
            "second of the lesson",
            "ms, p95 of the second",
            {"class start": list(seconds.items()), "normal": [(0, normal), (max(seconds), normal)]},
            log="y",
        ),
    ]
    retried = sum(one.retried for one in everywhere)
    notes = [
        "Unreached: posts times sockets that no message reached. p50 of fifths: the lowest and the highest median of "
        f"five equal periods. {retried} posts were retried."
    ]
    return timed.done(aims=aims, tables=tables, plots=plots, notes=notes)
