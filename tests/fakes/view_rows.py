"""The rows of the views in memory: groups of errors, and how difficult a cell was."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from classpulse.ingest.events import SUCCESSES, Event
from classpulse.views.model import CellDifficulty, ErrorExample, ErrorGroup

Place = tuple[str | None, str | None]


def to_group(
    place: Place, name: str, message: str, events: Sequence[Event], failing: set[tuple[str, str, str]]
) -> ErrorGroup:
    """Return the group of failed runs of one cell with the same error."""
    ordered = sorted(events, key=lambda event: event.ordering)
    users = {event.user_id for event in events}
    newest = ordered[-1]
    return ErrorGroup(
        notebook_path=place[0],
        cell_id=place[1],
        cell_index=max((event.cell_index for event in events if event.cell_index is not None), default=None),
        error_name=name,
        message=message,
        students=len(users),
        unsolved=sum((user_id, *place) in failing for user_id in users),
        runs=len(events),
        first_time=ordered[0].event_time,
        last_time=newest.event_time,
        example=ErrorExample(
            event_id=newest.event_id,
            event_time=newest.event_time,
            user_id=newest.user_id,
            code=newest.code,
            error_message=newest.error_message,
            result=newest.result,
        ),
    )


def difficulty(path: str, cell_id: str, runs: Sequence[Event]) -> CellDifficulty:
    """Return what the runs of one cell say of it."""
    worked: dict[str, list[bool]] = defaultdict(list)
    for run in runs:
        worked[run.user_id].append(run.outcome in SUCCESSES)
    first_ok = [attempts.index(True) + 1 for attempts in worked.values() if True in attempts]
    return CellDifficulty(
        notebook_path=path,
        cell_id=cell_id,
        cell_index=max((run.cell_index for run in runs if run.cell_index is not None), default=None),
        students=len(worked),
        solved=len(first_ok),
        failed=len({run.user_id for run in runs if run.is_error}),
        runs=len(runs),
        errors=sum(run.is_error for run in runs),
        median_attempts=median(first_ok) if first_ok else None,
    )


def percentile(counts: Sequence[int], share: float) -> float:
    """Between the two nearest, as percentile_cont does."""
    ordered = sorted(counts)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
