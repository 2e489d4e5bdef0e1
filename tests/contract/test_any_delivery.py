"""The complete path: in whatever order and batches events arrive, and however often, the API gives the same answers."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.live_path import FOLDED, LivePath, live_path
from tests.notebook_cases import Json
from tests.servers import Databases

pytestmark = pytest.mark.on_both_installations

# Far enough in the past that no event is in the future, and within the period that the pages show.
START = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=20)
# Not notebook_renamed: what was stored before it is in the notebook that the path meant then.
_TYPES = (
    *["cell_executed"] * 5,
    *["cell_started"] * 3,
    *("cell_queued", "cell_waiting", "cell_aborted", "cell_selected", "kernel_restarted", "kernel_died"),
    *("notebook_opened", "notebook_saved", "notebook_closed", "help", "help", "help_stop", "other"),
)
_ENDS: tuple[Json, ...] = (
    {},
    {"hasError": False, "executionCount": 3, "executionDurationMs": 2},
    {"hasError": True, "errorMessage": "NameError: name 'x' is not defined", "executionCount": 4},
    {"hasError": True, "errorMessage": "TypeError: no", "metadata": {"tags": ["raises-exception"]}},
    {"hasError": True, "errorMessage": "KernelReplyNotOK: undefined undefined"},
    {"hasError": True, "errorMessage": "KeyboardInterrupt: "},
    {"code": " \n"},
    {"cellType": "markdown"},
)
_events = st.lists(
    st.builds(
        lambda fields, end: fields | end,
        st.fixed_dictionaries(
            {
                "eventType": st.sampled_from(_TYPES),
                "at": st.sampled_from([0, 0.001, 0.002, 1, 2, 10, 10.001, 20, 30, 40, 50, 60, 61]),
                "userId": st.sampled_from(["ada", "ada", "bob"]),
                "userName": st.sampled_from([None, "Ada", "ADA"]),
                "notebookPath": st.sampled_from(["a.ipynb", "a.ipynb", "RTC:a.ipynb", "b.ipynb", None]),
                "cellId": st.sampled_from(["c1", "c1", "c2", "c3", None]),
                "cellIndex": st.sampled_from([None, 1, 2]),
                "runId": st.sampled_from([None, None, "r1", "r2", "r3"]),
            }
        ),
        st.sampled_from(_ENDS),
    ),
    min_size=1,
    max_size=12,
)


@pytest.fixture(scope="module")
def path(databases: Databases, redis_server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivePath]:
    with live_path(databases, redis_server_url, tmp_path_factory.mktemp("journal")) as found:
        yield found


def sent(path: LivePath, batches: list[list[Json]]) -> str:
    """Send the batches in their order, each stored before the next; return the new class."""
    class_id = f"class-{uuid.uuid4().hex}"
    path.publish()
    for batch in batches:
        path.post([event | {"classId": class_id} for event in batch])
    return class_id


def answers(path: LivePath, class_id: str) -> Json:
    """Return what the pages of the dashboard show, without what depends on when the events arrived."""
    students = path.get(f"classes/{class_id}/progress")["students"]
    found: Json = {"students": [{name: student[name] for name in FOLDED} for student in students]}
    for student in students:
        user_id = student["userId"]
        found[f"cells of {user_id}"] = path.get(f"classes/{class_id}/students/{user_id}")["cells"]
        timeline = path.get(f"classes/{class_id}/students/{user_id}/timeline")["events"]
        found[f"timeline of {user_id}"] = [(event["eventId"], event["eventType"]) for event in timeline]
    period = {"start": START.isoformat(), "end": (START + timedelta(minutes=2)).isoformat()}
    pages = {"notebooks": "notebooks", "errors": "groups", "difficulty": "cells", "activity": "minutes"}
    for page, content in pages.items():
        found[page] = path.get(f"classes/{class_id}/{page}", **({} if page == "notebooks" else period))[content]
    for notebook in ("a.ipynb", "b.ipynb"):
        grid = path.get(f"classes/{class_id}/grid", notebook=notebook)
        found[f"grid of {notebook}"] = grid["columns"], grid["rows"]
        pace = path.get(f"classes/{class_id}/pace", notebook=notebook, **period)
        found[f"pace of {notebook}"] = pace["cells"], pace["minutes"]
    return found


def _written(number: int, event: Json) -> Json:
    time = (START + timedelta(seconds=event["at"])).isoformat()
    named = {name: value for name, value in event.items() if name != "at"}
    return {"eventId": f"e{number}", "eventTime": time} | named


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=_events, data=st.data())
def test_any_order_batching_and_repetition_gives_the_same_answers(
    path: LivePath, events: list[Json], data: st.DataObject
) -> None:
    batch = [_written(number, event) for number, event in enumerate(events)]
    expected = answers(path, sent(path, [batch]))
    repeated = data.draw(st.lists(st.sampled_from(batch), max_size=3))
    rest = data.draw(st.permutations(batch + repeated))
    batches = []
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        batches.append(rest[:size])
        rest = rest[size:]
    assert answers(path, sent(path, batches)) == expected
