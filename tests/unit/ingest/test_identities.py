"""Events of a pseudonymous class hold nothing that names the student, whatever the client sends where."""

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from classpulse.ingest.batches import Batch
from classpulse.ingest.paths import normalise_paths
from classpulse.ingest.privacy import ClassPolicy, protect, pseudonym
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, Fields, make_event

KEY, CLASS = b"a privacy key of the tests", "python-1"
ADDRESS = "ada.lovelace@example.edu"
# As jupyterlab-pioneer's NotebookOpenEvent carries it, with JupyterHub's variables; the system's account differs.
ENVIRONMENT = {
    "USER": "alovelace", "LOGNAME": "alovelace", "HOME": "/home/alovelace", "PWD": "/home/alovelace/course",
    "MAIL": "/var/mail/alovelace", "PATH": "/home/alovelace/.local/bin:/usr/bin", "LANG": "en_GB.UTF-8",
    "JUPYTERHUB_USER": "ada.lovelace", "JUPYTERHUB_SERVICE_PREFIX": f"/user/{quote(ADDRESS)}/",
    "HOSTNAME": "jupyter-ada-2elovelace-40example-2eedu", "GIT_AUTHOR_NAME": "Ada King",
    "JPY_SESSION_NAME": "/home/alovelace/course/lesson1.ipynb", "SSH_AUTH_SOCK": "/tmp/ssh-alovelace/agent.1",
    "GIT_AUTHOR_EMAIL": "ada@home.net", "CONDA_DEFAULT_ENV": "course",
}  # fmt: skip
PIONEER: Fields = {
    "data": {
        "eventDetail": {"eventName": "NotebookOpenEvent", "eventTime": 1775030398000, "environ": ENVIRONMENT},
        "notebookState": {"sessionID": "alovelace-1", "notebookPath": "course/lesson1.ipynb"},
    }
}
CELL_MONITOR: Fields = {
    "emailAddress": ADDRESS, "userName": "Ada Lovelace", "sessionId": f"{ADDRESS}-4711",
    "metadata": {"user": "ada.lovelace", "notes": [f"sent by {ADDRESS.upper()}"], ADDRESS: True},
}  # fmt: skip
KERNEL: Fields = {
    "notebookPath": "/home/alovelace/course/lesson1.ipynb",
    "metadata": {"JPY_SESSION_NAME": "/home/alovelace/course/lesson1.ipynb", "home": r"C:\Users\Ada Lovelace\course"},
    "errorMessage": "FileNotFoundError: /home/alovelace/course/marks.csv",
}
MARKS = re.compile(r"lovelace|(?<![a-z])ada(?![a-z])|\bking\b|@|%40", re.IGNORECASE)


def kept(**fields: Any) -> Fields:
    """Return the event as a pseudonymous class keeps it, after the queue."""
    policy = ClassPolicy(class_id=CLASS, pseudonymous=True)
    event = make_event(**({"userId": ADDRESS, "classId": CLASS} | fields))
    batch = Batch(batch_id="1", received_at=NOW, events=[protect(event, CLASS, policy, KEY)])
    queued = Batch.model_validate_json(batch.to_json()).events[0]
    found: Fields = json.loads(queued.model_dump_json(by_alias=True, exclude_none=True))
    return found


STORED_AS = pseudonym(KEY, CLASS, ADDRESS)


@pytest.mark.parametrize("payload", [PIONEER, CELL_MONITOR, KERNEL, PIONEER | CELL_MONITOR])
def test_no_payload_of_another_client_names_the_student(payload: Fields) -> None:
    found = kept(**{"userId": None if "emailAddress" in payload else ADDRESS} | payload)
    assert MARKS.findall(json.dumps(found)) == []
    assert found["userId"] == STORED_AS


def test_what_names_nobody_stays() -> None:
    found = kept(**PIONEER)["data"]
    assert found["notebookState"]["notebookPath"] == "course/lesson1.ipynb"
    assert found["eventDetail"]["environ"]["JPY_SESSION_NAME"] == "~/course/lesson1.ipynb"
    assert found["eventDetail"]["environ"]["PATH"] == "~/.local/bin:/usr/bin"
    assert found["eventDetail"]["environ"]["CONDA_DEFAULT_ENV"] == "course"
    metadata = {"kernel": "python3", "jupyterlab": "jupyterlab@4.6.6", "url": "https://example.org/home/page", "n": 1}
    assert kept(metadata=metadata)["metadata"] == metadata


def test_a_session_is_a_hash_that_is_the_same_for_the_same_session() -> None:
    one, again, other = (kept(sessionId=session)["sessionId"] for session in (ADDRESS, ADDRESS, "another"))
    assert re.fullmatch("[0-9a-f]{32}", one)
    assert one == again != other


def test_students_who_keep_a_notebook_in_their_home_directories_keep_the_same_notebook() -> None:
    paths = [
        "/home/ada/a.ipynb",
        "/home/bob/a.ipynb",
        "home/ada/a.ipynb",
        "/Users/ada/a.ipynb",
        r"C:\Users\ada\a.ipynb",
    ]
    found = [kept(notebookPath=path)["notebookPath"] for path in paths]
    assert found == ["~/a.ipynb"] * 4 + [r"~\a.ipynb"]
    assert kept(notebookPath="home/lesson1.ipynb")["notebookPath"] == "home/lesson1.ipynb"
    assert kept(notebookPath="work/ada.lovelace/a.ipynb")["notebookPath"] == f"work/{STORED_AS}/a.ipynb"


def test_code_keeps_its_variables_and_products_of_matrices() -> None:
    code = "ada = A@B.T\nuser = 'ada'\nprint(ada @ weights.reshape(2))"
    assert kept(code=code)["code"] == code
    signed = f"# {ADDRESS.title()}\nauthor = 'Ada Lovelace'\nopen('/home/alovelace/x.csv')"
    assert kept(code=signed, userName="Ada Lovelace")["code"] == (
        f"# {STORED_AS}\nauthor = '{STORED_AS}'\nopen('~/x.csv')"
    )


def test_ids_that_name_the_student_stay_different_and_short() -> None:
    first, second = (kept(eventId=event_id)["eventId"] for event_id in (f"{ADDRESS}-a", f"{ADDRESS}-A"))
    assert first != second
    assert kept(eventId=f"{ADDRESS}-a")["eventId"] == first
    assert kept(eventId="e1")["eventId"] == "e1"
    names: Fields = {"cellId": " ada.lovelace" * 19, "notebookPath": "/ada.lovelace" * 39, "teamName": "ada.lovelace"}
    assert MARKS.findall(json.dumps(kept(**names, eventType=ADDRESS))) == []


def test_a_short_id_is_replaced_only_where_it_is_the_complete_text() -> None:
    found = kept(userId="x1", metadata={"a": "x1", "b": "x1 + 1", "c": ["X1"]}, code="x1 = 1")
    stored_as = pseudonym(KEY, CLASS, "x1")
    assert found["metadata"] == {"a": stored_as, "b": "x1 + 1", "c": [stored_as]}
    assert found["code"] == "x1 = 1"


def test_names_of_other_scripts_are_found_inside_words() -> None:
    found = kept(userName="佐藤花子", metadata={"author": "佐藤花子さん"}, code="# 佐藤花子のノート")
    assert "佐藤花子" not in json.dumps(found, ensure_ascii=False)


places = st.recursive(
    st.sampled_from(["{}", "by {}", "/home/{}/x", "a_{}_b", "mailto:{}?x", "({})", "{}'s", "\n{}\n"]),
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, min_size=1),
    max_leaves=5,
)


@given(places, st.sampled_from([ADDRESS, ADDRESS.upper(), "ada.lovelace", "Ada Lovelace", "LOVELACE", quote(ADDRESS)]))
def test_no_place_of_metadata_or_of_unknown_fields_names_the_student(place: Any, name: str) -> None:
    filled = json.loads(json.dumps(place).replace("{}", name))
    found = kept(userName="Ada Lovelace", metadata={"place": filled, name: 1}, ownField=filled)
    assert "lovelace" not in json.dumps(found).lower()


def test_the_id_of_a_run_is_a_hash_that_pairs_its_events() -> None:
    message = f"{ADDRESS}_1_2"
    start, end, other = (kept(runId=run)["runId"] for run in (message, message, "another"))
    assert re.fullmatch("[0-9a-f]{32}", start)
    assert start == end != other
    assert kept(sessionId=message)["sessionId"] != start


def test_the_old_and_the_claimed_path_name_nobody() -> None:
    written = "RTC:/home//alovelace/course/lesson1.ipynb"
    event = normalise_paths(make_event(notebookPath=written, oldPath=r"C:\Users\Ada Lovelace\lesson1.ipynb"))
    found = kept(**json.loads(event.model_dump_json(by_alias=True, exclude_none=True)) | {"userId": ADDRESS})
    assert MARKS.findall(json.dumps(found)) == []
    assert found["notebookPath"] == "~/course/lesson1.ipynb"
    assert found["oldPath"] == "~/lesson1.ipynb"
    assert "~/course/lesson1.ipynb" in found["claimedNotebookPath"]
