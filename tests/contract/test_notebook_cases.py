"""The golden cases of what notebooks really send, from the POST to the answers of the API, on real servers.

Each case is sent in one request, event by event, and event by event in the opposite order: the answers are the same.

One of the inputs that were collected is not among the cases yet: cell ids that are new at every load (nbformat 4.4,
jupyterlab/jupyterlab#10018). It needs a mapping of cells to those of a reference notebook, which does not exist yet.
"""

import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.contract.live_path import FOLDED, LivePath, live_path
from tests.notebook_cases import MISSING, Case, Json, like, read_cases, written
from tests.servers import Databases

pytestmark = pytest.mark.on_both_installations

CASES = read_cases()
L = "l.ipynb"


@pytest.fixture(scope="module")
def path(databases: Databases, redis_server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivePath]:
    with live_path(databases, redis_server_url, tmp_path_factory.mktemp("journal")) as found:
        yield found


class Sent:
    """A case that has been sent, and stored."""

    def __init__(self, path: LivePath, case: Case, order: Sequence[Sequence[int]]) -> None:
        self._path = path
        self.case = case
        self.class_id = f"class-{uuid.uuid4().hex}"
        self.start = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=30)
        self.receipts: dict[str, list[list[Any]]] = {"rejected": [], "warnings": []}
        path.publish()
        for numbers in order:
            self.send(numbers)

    def send(self, numbers: Sequence[int]) -> None:
        batch = [written(self.case.events[number], number, self.class_id, self.start) for number in numbers]
        receipt = self._path.post(batch)
        for name, fields in self.receipts.items():
            for item in receipt.get(name, []):
                fields.append([numbers[item["index"]], item["error" if name == "rejected" else "field"].split(":")[0]])

    def get(self, path: str, **query: str) -> Any:
        return self._path.get(f"classes/{self.class_id}/{path}", **query)

    def student(self, user_id: str) -> Json:
        found: Json = self.get(f"students/{user_id}")
        return found

    def cells(self, user_id: str) -> dict[str, Json]:
        """Return a student's cells; those of l.ipynb by their ids only."""
        cells = self.get(f"students/{user_id}")["cells"]
        return {_place(cell["notebookPath"], cell["cellId"]): cell for cell in cells}

    def grid(self, notebook: str, **at: str) -> dict[str, dict[str, str]]:
        """Return the status of each student's cells in the grid of a notebook."""
        grid = self.get("grid", notebook=notebook, **at)
        names = [_place(notebook, column["cellId"]) for column in grid["columns"]]
        return {row["userId"]: {names[cell[0]]: cell[1] for cell in row["cells"]} for row in grid["rows"]}


def _place(notebook: str, cell_id: str) -> str:
    return cell_id if notebook == L else f"{notebook}#{cell_id}"


def orders(case: Case) -> list[list[list[int]]]:
    """Return the numbers of the events by request: all in one, one by one, and backwards."""
    numbers = range(len(case.events))
    singly = [[number] for number in numbers]
    return [[list(numbers)], singly] if case.in_order else [[list(numbers)], singly, singly[::-1]]


ORDERED = [
    pytest.param(case, order, id=f"{case.name}: {kind}")
    for case in CASES
    for kind, order in zip(("in one request", "one by one", "backwards"), orders(case), strict=False)
]


def test_the_names_of_the_cases_are_unique() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize(("case", "order"), ORDERED)
def test_the_api_answers_what_the_case_expects(path: LivePath, case: Case, order: list[list[int]]) -> None:
    sent = Sent(path, case, order)
    wanted: Json = {"warnings": [], "rejected": []} | case.expect
    found: Json = {name: sorted(fields) for name, fields in sent.receipts.items()}
    students = {student["userId"]: student for student in sent.get("progress")["students"]}
    if "students" in wanted:
        found["students"] = students if students.keys() != wanted["students"].keys() else {}
        found["students"] |= like(wanted["students"], students, sent.start)
    if "needs" in wanted:
        found["needs"] = {user: _needs(students[user], one, sent.start) for user, one in wanted["needs"].items()}
    if "cells" in wanted:
        found["cells"] = {user: _cells(sent, user, wanted["cells"][user]) for user in wanted["cells"]}
    if "errors" in wanted:
        groups = sorted(sent.get("errors")["groups"], key=lambda group: str(group["errorName"]))
        found["errors"] = like(wanted["errors"], groups, sent.start)
    if "notebooks" in wanted:
        found["notebooks"] = {one["notebookPath"]: one["students"] for one in sent.get("notebooks")["notebooks"]}
    if "stored" in wanted:
        stored = {event["eventId"]: event for event in sent.get("events")["events"]}
        found["stored"] = like(wanted["stored"], stored, sent.start)
    assert found == wanted


def _cells(sent: Sent, user_id: str, wanted: Json) -> Json:
    cells = sent.cells(user_id)
    unnamed = {name: cell["status"] for name, cell in cells.items() if name not in wanted}
    short = {name: cell["status"] for name, cell in cells.items() if isinstance(wanted.get(name), str)}
    named: Json = like({name: one for name, one in wanted.items() if name not in short}, cells, sent.start)
    return unnamed | short | named


def _needs(student: Json, wanted: Json, start: datetime) -> Json | str:
    """Return which needs count at the instants that an expectation names."""
    found: Json = {}
    if "needs" not in student:
        return MISSING
    for second in wanted:
        at = start + timedelta(seconds=float(second))
        found[second] = [
            need["kind"]
            for need in student["needs"]
            if datetime.fromisoformat(need["starts"]) <= at
            and (need["ends"] is None or at < datetime.fromisoformat(need["ends"]))
        ]
    return found


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_the_grid_and_a_replay_agree_with_the_students(path: LivePath, case: Case) -> None:
    sent = Sent(path, case, orders(case)[0])
    students = {student["userId"]: student for student in sent.get("progress")["students"]}
    late = (datetime.now(UTC) + timedelta(minutes=10)).isoformat().replace("+00:00", "Z")
    replayed = {student["userId"]: student for student in sent.get("progress", at=late)["students"]}
    assert {user: {name: one[name] for name in FOLDED} for user, one in replayed.items()} == {
        user: {name: one[name] for name in FOLDED} for user, one in students.items()
    }
    statuses: dict[str, dict[str, dict[str, str]]] = {}
    for user_id in students:
        for name, cell in sent.cells(user_id).items():
            statuses.setdefault(cell["notebookPath"], {}).setdefault(user_id, {})[name] = cell["status"]
    for notebook, rows in statuses.items():
        assert sent.grid(notebook) == rows
        assert sent.grid(notebook, at=late) == rows


HELP: Json = {"eventType": "help", "userId": "s1", "notebookPath": L}


def test_a_settled_hand_is_not_raised_again_by_a_repeat(path: LivePath) -> None:
    events: list[Json] = [HELP | {"at": at} for at in (0, 10, 20, 30, 40, 400)]
    sent = Sent(path, Case("a settled hand", events, {}, in_order=True), [[0], [1], [2], [3]])
    seen = [_needs(sent.student("s1"), {"35": []}, sent.start)]
    path.attend(sent.class_id, "s1", action="resolve")
    seen.append(_needs(sent.student("s1"), {"35": []}, sent.start))
    sent.send([4])
    seen.append(_needs(sent.student("s1"), {"45": []}, sent.start))
    # After the repeats have stopped, a request for help is a new hand.
    sent.send([5])
    seen.append(_needs(sent.student("s1"), {"405": []}, sent.start))
    assert seen == [{"35": ["hand"]}, {"35": []}, {"45": []}, {"405": ["hand"]}]


def test_a_batch_that_is_delivered_again_changes_nothing(path: LivePath) -> None:
    case = next(case for case in CASES if case.name == "a renamed notebook is the same notebook")
    everything = list(range(len(case.events)))
    sent = Sent(path, case, [everything])
    before = sent.student("s1"), sent.cells("s1"), sent.get("notebooks")
    sent.send(everything)
    sent.send(everything[:1])
    after = sent.student("s1"), sent.cells("s1"), sent.get("notebooks")
    assert {name: after[0][name] for name in FOLDED} == {name: before[0][name] for name in FOLDED}
    assert after[1:] == before[1:]
