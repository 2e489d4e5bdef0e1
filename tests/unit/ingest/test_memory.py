"""No body makes ingest or consume build more than a small part of a function's memory."""

import json
import sys

import pytest

from tests.hostile_json import BODIES, run_within

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")

INGEST = """
import json
from tests.fakes.queues import MemoryQueue
from tests.unit.ingest.test_service import ingest

ingest(b"[{}]")
limited()
answers = {}
for name, body in BODIES.items():
    answers[name] = ingest(body, MemoryQueue()).status
print(json.dumps(answers))
"""


def test_no_body_makes_ingest_build_more_than_a_quarter_of_its_memory() -> None:
    statuses = json.loads(run_within(128, INGEST))
    assert statuses.keys() == BODIES.keys()
    assert {name for name, status in statuses.items() if status == 413} == {
        "no events",
        "numbers instead of events",
        "no events, in UTF-16",
    }
    assert set(statuses.values()) <= {202, 413, 422}
