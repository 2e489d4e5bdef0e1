"""Audit log, proofs of retention, withdrawal of consent and the end of a class, on a running system."""

import json
import subprocess
import sys
from typing import Any

import httpx

from tests.e2e.stack import ROOT, Stack, event, eventually


def administer(stack: Stack, command: dict[str, Any]) -> Any:
    found = subprocess.run(
        [sys.executable, str(ROOT / "local_runner.py"), "--data-dir", stack.ready["data_dir"], "invoke",
         "AdministerFunction", "--event", "-"],
        input=json.dumps(command), capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return json.loads(found.stdout)


def manage(stack: Stack, method: str, path: str, body: Any = None) -> Any:
    answer = stack.http.request(method, f"/api/v1/manage/{path}", json=body)
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else None


def actions(stack: Stack, class_id: str) -> list[tuple[str, str | None]]:
    """Return (action, subject) of the class's audit log, oldest first."""
    entries = manage(stack, "GET", f"classes/{class_id}/audit?limit=500")["entries"]
    assert {entry["actor"] for entry in entries} <= {"operator", "student"}
    return [(entry["action"], entry["subject"]) for entry in reversed(entries)]


def test_the_audit_log_tells_who_did_what_about_whom_and_forgets_an_erased_student(stack: Stack, class_id: str) -> None:
    manage(stack, "POST", "classes", {"classId": class_id, "title": "Python", "endsOn": "2031-03-31"})
    key = manage(stack, "POST", f"classes/{class_id}/keys", {})["key"]
    manage(stack, "PUT", f"classes/{class_id}/roster", {"students": [{"userId": "ada"}]})
    [token] = manage(stack, "POST", f"classes/{class_id}/student-tokens", {"userIds": ["ada"]})["tokens"]
    stack.post([event("one", "ada", code="x = 1")], headers={"authorization": f"Bearer {key}"})
    eventually(lambda: stack.stored_ids(class_id))
    for _ in range(2):
        stack.get(f"classes/{class_id}/students/ada")
        stack.get(f"classes/{class_id}/progress")
    headers = {"authorization": f"Bearer {token['token']}"}
    with httpx.Client(base_url=stack.ready["api_url"], headers=headers, trust_env=False, timeout=30) as student:
        assert student.get("/me/data").status_code == 200
        withdrawn = student.post("/me/withdraw", json={"level": "presence"})
    assert withdrawn.json() == {"level": "presence", "cleared": 1}
    expected = [
        ("class.create", None), ("key.create", None), ("roster.replace", None), ("token.create", "ada"),
        ("class.export", None), ("student.look", "ada"), ("student.export-own", "ada"), ("student.withdraw", "ada"),
    ]  # fmt: skip
    assert actions(stack, class_id) == expected
    stack.post([event("two", "ada", code="x = 2")], headers={"authorization": f"Bearer {key}"})
    eventually(lambda: len(stack.stored_ids(class_id)) == 2)
    assert "x = " not in json.dumps(stack.get(f"classes/{class_id}/events"))

    administer(stack, {"command": "erase", "classId": class_id, "userId": "ada"})
    found = actions(stack, class_id)
    assert [action for action, _ in found] == [*(action for action, _ in expected), "student.erase"]
    assert len({subject for _, subject in found if subject}) == 1
    assert "ada" not in {subject for _, subject in found}


def test_the_last_day_of_a_class_is_set_kept_and_removed(stack: Stack, class_id: str) -> None:
    manage(stack, "POST", "classes", {"classId": class_id, "title": "Python", "endsOn": "2031-03-31"})
    path = f"classes/{class_id}"
    assert manage(stack, "PATCH", path, {"title": "Python 2"})["endsOn"] == "2031-03-31"
    assert manage(stack, "PATCH", path, {"endsOn": "2031-04-30"})["endsOn"] == "2031-04-30"
    assert manage(stack, "PATCH", path, {"endsOn": None})["endsOn"] is None
    for wrong in (0, "31.3.2031", "2031-03-31T00:00:00Z", "2031-13-01"):
        assert stack.http.patch(f"/api/v1/manage/{path}", json={"endsOn": wrong}).status_code == 422


def test_a_class_is_deleted_by_command_and_its_key_ends(stack: Stack, class_id: str) -> None:
    manage(stack, "POST", "classes", {"classId": class_id, "title": "Python"})
    key = manage(stack, "POST", f"classes/{class_id}/keys", {})["key"]
    headers = {"authorization": f"Bearer {key}"}
    stack.post([event("one")], headers=headers)
    eventually(lambda: stack.stored_ids(class_id))
    assert administer(stack, {"command": "erase-class", "classId": class_id})["status"] == "erased"
    assert stack.http.get(f"/api/v1/manage/classes/{class_id}").status_code == 404
    assert class_id not in {line["classId"] for line in stack.get("classes")["classes"]}
    assert stack.post([event("two")], headers=headers).status_code == 403


def test_the_operator_reads_the_proof_that_retention_ran(stack: Stack) -> None:
    administer(stack, {"command": "retain"})
    last = {run["kind"]: run for run in manage(stack, "GET", "retention")["last"]}
    assert {"raw data", "dead letters", "ended classes", "audit log"} <= last.keys()
    assert all(run["at"] > (run["before"] or "") for run in last.values())
