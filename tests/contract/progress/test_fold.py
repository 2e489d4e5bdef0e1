"""PostgreSQL folds facts into progress as the model does in memory, in whatever order they come."""

import pytest
from classpulse.progress.model import fold_cells, fold_student
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import Fields, make_fact
from tests.contract.progress.stores import Postgres

pytestmark = pytest.mark.on_both_installations

_kinds = st.sampled_from(["cell_executed"] * 4 + ["cell_started", "help", "help_stop", "notebook_opened", "other"])
_event: st.SearchStrategy[Fields] = st.fixed_dictionaries(
    {
        "eventType": _kinds,
        "second": st.integers(0, 9),
        "userId": st.sampled_from(["ada", "bob"]),
        "userName": st.sampled_from([None, "Ada", "ADA"]),
        "teamName": st.sampled_from([None, "red"]),
        "notebookPath": st.sampled_from([None, "one.ipynb", "two.ipynb"]),
        "cellId": st.sampled_from([None, "c1", "c2"]),
        "cellIndex": st.sampled_from([None, 1, 2]),
        "cellType": st.sampled_from([None, "code", "markdown"]),
        "hasError": st.booleans(),
        "errorMessage": st.sampled_from([None, "NameError: x", "TypeError: y"]),
    }
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_batching_and_repetition_ends_in_the_same_fold(postgres: Postgres, data: st.DataObject) -> None:
    class_id = f"class-{len(postgres.read_classes())}"
    events = data.draw(st.lists(_event, min_size=1, max_size=15))
    facts = [make_fact(class_id, eventId=f"e{n}", **event) for n, event in enumerate(events)]
    deliveries = data.draw(st.permutations(facts + data.draw(st.lists(st.sampled_from(facts), max_size=5))))
    while deliveries:
        size = data.draw(st.integers(1, len(deliveries)))
        postgres.store(deliveries[:size])
        deliveries = deliveries[size:]
    for student in postgres.read_class(class_id).students:
        own = [fact for fact in facts if fact.event.user_id == student.user_id]
        assert student == fold_student(own, student.revision)
        assert postgres.read_student(class_id, student.user_id) == (student, fold_cells(own))
    assert sum(student.events for student in postgres.read_class(class_id).students) == len(facts)
