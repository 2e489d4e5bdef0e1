"""Compare what the system shows of a class that was played with what happened."""

import time

from demo.compare import Report, compare_all
from demo.play import Run
from demo.reading import Api, Unreadable, shown_at, shown_now
from demo.truth import lines, telling_instants

# Past instants that are compared, evenly over the lesson, beside those at which rare states are frequent.
INSTANTS = 8
# By so many seconds of real time the server may be wrong about a clock that it corrects.
MARGIN_SECONDS = 1.0
PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.25
MOST_DIFFERENCES = 20


def verify(run: Run, seconds: float, api: Api, bound: float) -> int:
    """Print precision and recall of a class that was played for so many seconds; return the exit status."""
    wait_until_stored(api, run, seconds)
    report = compared(api, run, seconds)
    for difference in report.differences[:MOST_DIFFERENCES]:
        print(difference)
    if (more := len(report.differences) - MOST_DIFFERENCES) > 0:
        print(f"and {more:,} other differences")
    print(report.text())
    below = report.below(bound)
    print(f"below {bound * 100:g}%: {', '.join(below)}" if below else f"every state is at {bound * 100:g}% or above")
    return 1 if below else 0


def wait_until_stored(api: Api, run: Run, seconds: float) -> None:
    """Wait until every event of the class is stored. Raises Unreadable when no more are stored for a while."""
    missing = {event["eventId"] for _, sent in run.batches(seconds) for events in sent.values() for event in events}
    after, deadline = 0, time.monotonic() + PATIENCE_SECONDS
    while missing:
        before = len(missing)
        for event_id, page in api.event_ids(run.class_id or "", after):
            missing.discard(event_id)
            after = page
        if len(missing) < before:
            deadline = time.monotonic() + PATIENCE_SECONDS
        elif time.monotonic() > deadline:
            raise Unreadable(f"{len(missing):,} events were not stored within {PATIENCE_SECONDS:.0f} s")
        else:
            time.sleep(POLL_SECONDS)


def compared(api: Api, run: Run, seconds: float) -> Report:
    """Return the comparison at past instants and now."""
    report = Report()
    end = seconds * run.speed
    truth = lines(run.students, run.seed, end)
    margin = MARGIN_SECONDS * run.speed
    evenly = [end * number / (INSTANTS + 1) for number in range(1, INSTANTS + 1)]
    for instant in sorted({*evenly, *telling_instants(truth, end)}):
        compare_all(report, truth, instant, shown_at(api, run, instant), margin=margin, live=False)
    compare_all(report, truth, end, shown_now(api, run, end), margin=margin, live=True)
    return report
