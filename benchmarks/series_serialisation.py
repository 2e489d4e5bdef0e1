"""Serialising points: our line protocol and influxdb-client's Point, for the same facts, in alternating rounds."""

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from classpulse.ingest.batches import Fact
from classpulse.ingest.events import Event
from classpulse.series.model import MEASUREMENT, point_time
from classpulse.series.points import to_line
from influxdb_client.client.write.point import Point


def facts(count: int) -> list[Fact]:
    """Return the runs of a class of 200 students in 3 notebooks; every fourth run fails."""
    began = datetime(2026, 1, 1, 9, tzinfo=UTC)
    return [
        Fact(
            Event.model_construct(
                event_id=f"event-{number}",
                event_type="cell_executed",
                event_time=began + timedelta(milliseconds=137 * number),
                user_id=f"student-{number % 200}@example.edu",
                notebook_path=f"week {number % 3}/statistics.ipynb",
                cell_id=f"cell-{number % 20}",
                has_error=number % 4 == 0,
                error_message="NameError: name 'x' is not defined" if number % 4 == 0 else None,
                execution_duration_ms=12.5,
            ),
            "python-1",
            began,
        )
        for number in range(count)
    ]


def by_point(found: Sequence[Fact]) -> str:
    """Return the points as influxdb-client's Point writes them."""
    lines = []
    for fact in found:
        event = fact.event
        point = Point(MEASUREMENT).tag("class", fact.class_id).tag("event_type", event.event_type)
        point = (
            point.tag("notebook", event.notebook_path).field("user_id", event.user_id).field("cell_id", event.cell_id)
        )
        point = point.field("run", int(event.is_run)).field("error", int(event.is_error))
        if event.is_error:
            point = point.field("error_name", "NameError")
        lines.append(point.field("duration_ms", event.execution_duration_ms).time(point_time(fact)).to_line_protocol())
    return "\n".join(lines)


def by_line(found: Sequence[Fact]) -> str:
    """Return the points as the adapter writes them."""
    return "\n".join(map(to_line, found))


def main() -> None:
    """Print medians and their ratio."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.series_serialisation", description=__doc__)
    parser.add_argument("--points", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    found = facts(options.points)
    ways: dict[str, Callable[[Sequence[Fact]], str]] = {"Point": by_point, "line protocol": by_line}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(options.rounds):
        for name, way in ways.items():
            began = time.perf_counter()
            way(found)
            times[name].append(time.perf_counter() - began)
    print(f"| {options.points} points | median ms | spread (p10 to p90) | times Point |\n|---|---|---|---|")
    base = statistics.median(times["Point"])
    for name, taken in times.items():
        deciles = statistics.quantiles(taken, n=10)
        middle = statistics.median(taken)
        spread = f"{deciles[0] * 1000:.1f} to {deciles[-1] * 1000:.1f}"
        print(f"| {name} | {middle * 1000:.1f} | {spread} | {middle / base:.2f} |")


if __name__ == "__main__":
    main()
