"""The recipes of docs/clients/: what they make of the payloads of the real clients, and how they send it."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from classpulse.ingest.events import Event

from tests.recipes import ORIGIN, listening, names_of, payload, pioneer, sidecar

KEY = "cpk_key"
PLACE = {"userId": "ada", "notebookPath": "lesson1.ipynb"}
# What each payload of jupyterlab-pioneer becomes.
FROM_PIONEER: dict[str, dict[str, Any]] = {
    "notebook_opened": {"eventType": "notebook_opened", "cellId": None},
    "notebook_saved": {"eventType": "notebook_saved", "cellId": None},
    "cell_selected": {"eventType": "cell_selected", "cellId": "cell-1", "cellIndex": 1},
    "markdown": {"eventType": "cell_executed", "cellType": "markdown"},
    "run": {
        "eventType": "cell_executed",
        "cellId": "cell-1",
        "cellIndex": 1,
        "cellType": "code",
        "code": "x = 1\nx + 1",
        "result": "2",
        "executionCount": 1,
    },
    "empty": {"eventType": "cell_executed", "code": "", "executionCount": None},
    "error": {
        "eventType": "cell_executed",
        "hasError": True,
        "errorMessage": "NameError: name 'undefined_name' is not defined",
        "result": "one\n",
        "executionCount": 3,
    },
    "expected_error": {"hasError": True, "metadata": {"tags": ["raises-exception"]}},
    "interrupted": {"eventType": "cell_executed", "hasError": True, "errorMessage": "KeyboardInterrupt: "},
    "aborted": {"eventType": "cell_aborted", "reason": "earlier_error", "code": "print('never')"},
    "aborted_by_interrupt": {"eventType": "cell_aborted", "cellId": "cell-1"},
    "input": {"eventType": "cell_executed", "result": "Name?  Ada\n'Ada'"},
}
# What each payload of Unianalytics becomes: its path below /send/, and the event.
FROM_UNIANALYTICS: dict[str, tuple[str, dict[str, Any] | None]] = {
    "notebook_on": ("clickevent/notebook", {"eventType": "notebook_opened", "cellId": None}),
    "notebook_off": ("clickevent/notebook", None),
    "cell_on": ("clickevent/cell", {"eventType": "cell_selected", "cellId": "cell-1"}),
    "cell_off": ("clickevent/cell", None),
    "markdown": ("exec/markdown", {"eventType": "cell_executed", "cellType": "markdown"}),
    "run": (
        "exec/code",
        {
            "eventType": "cell_executed",
            "eventTime": "2026-11-29T14:58:09.434658Z",
            "executionDurationMs": 17.493,
            "executionCount": 1,
            "hasError": False,
            "code": "x = 1\nx + 1",
            "result": "2",
        },
    ),
    "error": (
        "exec/code",
        {"hasError": True, "errorMessage": "NameError: name 'undefined_name' is not defined", "result": "one\n"},
    ),
    "interrupted": ("exec/code", {"hasError": True, "errorMessage": "KeyboardInterrupt: "}),
    "input": ("exec/code", {"hasError": False, "result": "Name?  Ada\n'Ada'", "executionCount": 6}),
}


def time_of(event: dict[str, Any], field: str) -> datetime:
    return datetime.fromisoformat(event[field])


def test_every_recorded_payload_has_an_expectation() -> None:
    assert names_of("pioneer") == sorted(FROM_PIONEER)
    assert names_of("unianalytics") == sorted(FROM_UNIANALYTICS)


@pytest.mark.parametrize("name", FROM_PIONEER)
def test_an_event_of_pioneer_becomes_an_event_of_the_contract(name: str, tmp_path: Path) -> None:
    with listening(202) as listener, pioneer(tmp_path, listener.url, KEY) as client:
        assert client.export(payload("pioneer", name)) == "queued"
        [(key, [event])] = listener.received(1)
    assert key == f"Bearer {KEY}"
    expected = PLACE | FROM_PIONEER[name]
    assert {field: event.get(field) for field in expected} == expected
    Event.model_validate(event, strict=False)


def test_pioneer_sends_nothing_of_the_environment_and_of_other_cells(tmp_path: Path) -> None:
    opened, run = payload("pioneer", "notebook_opened"), payload("pioneer", "run")
    assert "a-secret-of-the-environment" in json.dumps(opened)
    assert "print('never')" in json.dumps(run)
    with listening(202) as listener, pioneer(tmp_path, listener.url, KEY) as client:
        client.export(opened)
        client.export(run)
        sent = json.dumps(listener.events(2))
        assert KEY not in json.dumps(client.entry)
    assert "a-secret-of-the-environment" not in sent
    assert "JUPYTERHUB" not in sent
    assert "print('never')" not in sent


def test_pioneer_recognises_a_run_without_the_notebooks_content(tmp_path: Path) -> None:
    run, error = payload("pioneer", "run"), payload("pioneer", "error")
    for data in (run, error):
        data["notebookState"]["notebookContent"] = None
    with listening(202) as listener, pioneer(tmp_path, listener.url, KEY) as client:
        client.export(run)
        client.export(error)
        succeeded, failed = listener.events(2)
    assert (succeeded["eventType"], succeeded.get("hasError")) == ("cell_executed", None)
    assert (failed["eventType"], failed["hasError"]) == ("cell_executed", True)


def test_a_cell_that_was_removed_before_its_run_ended_has_no_index(tmp_path: Path) -> None:
    data = payload("pioneer", "run")
    data["eventDetail"]["eventInfo"]["cells"][0]["index"] = -1
    with listening(202) as listener, pioneer(tmp_path, listener.url, KEY) as client:
        client.export(data)
        [event] = listener.events(1)
    assert event["cellIndex"] is None
    assert "code" not in event


def test_pioneer_ignores_what_the_contract_has_no_type_for(tmp_path: Path) -> None:
    data = payload("pioneer", "cell_selected")
    data["eventDetail"]["eventName"] = "ClipboardCopyEvent"
    with listening(202) as listener, pioneer(tmp_path, listener.url, KEY) as client:
        assert client.export(data) == "ignored"
        client.export(payload("pioneer", "run"))
        [event] = listener.events(1)
    assert event["eventType"] == "cell_executed"


def test_a_retry_has_the_same_ids_and_a_new_time_of_sending(tmp_path: Path) -> None:
    with listening(503, 429, 202) as listener, pioneer(tmp_path, listener.url, KEY) as client:
        client.export(payload("pioneer", "run"))
        attempts = [event for _, [event] in listener.received(3)]
    assert len({event["eventId"] for event in attempts}) == 1
    sent = [time_of(event, "sentAt") for event in attempts]
    assert sent == sorted(set(sent))
    # The payload is from another day, as from a wrong clock: the time of sending follows that clock.
    assert time_of(attempts[0], "eventTime") <= sent[0] < time_of(attempts[0], "eventTime") + timedelta(hours=1)


def test_the_same_event_has_the_same_id_and_another_a_different_one(tmp_path: Path) -> None:
    later = payload("pioneer", "run")
    later["eventDetail"]["eventTime"] += 1
    with listening(202) as listener, pioneer(tmp_path, listener.url, KEY) as client:
        for data in (payload("pioneer", "run"), payload("pioneer", "run"), later):
            client.export(data)
        first, again, other = (event["eventId"] for event in listener.events(3))
    assert first == again != other


def test_the_exporter_never_waits_for_the_server_and_says_what_is_lost(tmp_path: Path) -> None:
    data = payload("pioneer", "cell_selected")
    with listening(202) as listener, pioneer(tmp_path, listener.url, KEY) as client:
        listener.open = False
        # The server answers nothing: one batch of at most 50 events waits for it, and 10,000 in the queue.
        messages = [client.export(data) for _ in range(10_060)]
    assert messages[:10_000] == ["queued"] * 10_000
    assert messages[-1].startswith("lost")


def test_a_batch_that_is_too_large_is_sent_one_by_one(tmp_path: Path) -> None:
    with listening(202, 413, 202) as listener, pioneer(tmp_path, listener.url, KEY) as client:
        listener.open = False
        client.export(payload("pioneer", "run"))
        listener.received(1)
        client.export(payload("pioneer", "error"))
        client.export(payload("pioneer", "aborted"))
        listener.let_pass()
        sizes = [len(body) for _, body in listener.received(4)]
    assert sizes == [1, 2, 1, 1]


def test_a_long_output_keeps_both_ends(tmp_path: Path) -> None:
    data = payload("pioneer", "run")
    data["notebookState"]["notebookContent"]["cells"][1]["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": ["first\n", "x" * 2_000_000, "\nlast"]}
    ]
    with listening(202) as listener, pioneer(tmp_path, listener.url, KEY) as client:
        client.export(data)
        [event] = listener.events(1)
    assert event["result"].startswith("first\n")
    assert event["result"].endswith("\nlast")
    assert len(event["result"]) < 20_100


def test_an_object_of_unianalytics_becomes_an_event_of_the_contract(tmp_path: Path, unused_port: int) -> None:
    expectations = [event for _, event in FROM_UNIANALYTICS.values() if event]
    with listening(202) as listener, sidecar(tmp_path, unused_port, listener.url, KEY) as client:
        for name, (path, _) in FROM_UNIANALYTICS.items():
            assert client.post(f"/send/{path}", json=payload("unianalytics", name)).status_code == 200
        events = listener.events(len(expectations))
        assert {key for key, _ in listener.requests} == {f"Bearer {KEY}"}
    assert len(events) == len(expectations)
    for event, wanted in zip(events, expectations, strict=True):
        expected = {"userId": "ada", "notebookPath": "lesson-1"} | wanted
        assert {field: event.get(field) for field in expected} == expected
        assert (
            time_of(event, "eventTime") <= time_of(event, "sentAt") < time_of(event, "eventTime") + timedelta(hours=1)
        )
        Event.model_validate(event, strict=False)
    assert len({event["eventId"] for event in events}) == len(events)


def test_an_aborted_object_is_no_run(tmp_path: Path, unused_port: int) -> None:
    with listening(202) as listener, sidecar(tmp_path, unused_port, listener.url, KEY) as client:
        client.post("/send/exec/code", json=payload("unianalytics", "run") | {"status": "aborted"})
        [event] = listener.events(1)
    assert (event["eventType"], event["reason"]) == ("cell_aborted", "earlier_error")


def test_the_sidecar_refuses_other_pages_and_what_is_no_object(tmp_path: Path, unused_port: int) -> None:
    run = payload("unianalytics", "run")
    with listening(202) as listener, sidecar(tmp_path, unused_port, listener.url, KEY) as client:
        preflight = client.options("/send/exec/code")
        assert preflight.headers["access-control-allow-origin"] == ORIGIN
        assert preflight.headers["access-control-allow-headers"] == "content-type"
        assert client.post("/send/exec/code", json=run, headers={"origin": "https://evil.example"}).status_code == 403
        # A form of any page may send this type without a preflight.
        form = {"content-type": "text/plain"}
        assert client.post("/send/exec/code", content=json.dumps(run), headers=form).status_code == 403
        bad_output = json.dumps(run | {"cell_output_model": [1]})
        for body in ("", "[", "[]", "1", "{}", json.dumps(run | {"t_start": "yesterday"}), bad_output):
            assert client.post("/send/exec/code", content=body).status_code in {400, 413}
        assert client.post("/send/exec/code", content=b"[" + b" " * 4_194_304).status_code == 413
        assert client.post("/send/alter", json=run | {"time": run["t_start"]}).status_code == 200
        assert client.post("/send/exec/code", json=run).status_code == 200
        assert len(listener.events(1)) == 1
