"""Every answer conforms to the OpenAPI document, checked with generated, seeded requests."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from classpulse.ingest.keys import KEYED_PATH

from tests.e2e.stack import Stack, eventually

# TRACE is refused by the distribution (403).
MANAGE_NOT_CHECKED = "positive_data_acceptance,unsupported_method"
MANAGE = "^/api/v1/(session|manage)"
# Schemas express no semantic rules such as start < end: a valid request may still get a 422.
NOT_CHECKED = "positive_data_acceptance"
# The contract has 413 for a batch with too many events, which schemathesis does not expect.
SETTINGS = """[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 503]
"""


TAKE_EVENTS = {"/api/v1/events", "/api/v1/keyed/{pathKey}/events"}


def lenient(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with optional fields of events of any type: a bad one is ignored, with a warning.

    A bad class is refused, as the event would go to another class.
    """
    for path in TAKE_EVENTS & document["paths"].keys():
        event = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]["items"]
        strict = {*event["required"], "classId"}
        event["properties"] = {name: part if name in strict else {} for name, part in event["properties"].items()}
    return document


def try_all(stack: Stack, folder: Path, *options: str, settings_too: str = "") -> None:
    settings = folder / "schemathesis.toml"
    settings.write_text(settings_too + SETTINGS)
    document = folder / "openapi.json"
    document.write_text(json.dumps(lenient(stack.http.get("/api/v1/openapi.json").json())))
    # One worker: ast.parse of CPython 3.11 fails in concurrent threads (gh-106905).
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(settings),
        "run", str(document), "--url", stack.ready["api_url"].removesuffix("/api/v1"),
        "--phases", "examples,coverage,fuzzing", "--max-examples", "20", "--seed", "1", "--workers", "1",
        "--exclude-checks", NOT_CHECKED, "--suppress-health-check", "all", "--continue-on-failure", "--no-color",
        *options,
    ]  # fmt: skip
    found = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=540)
    assert found.returncode == 0, found.stdout[-20_000:] + found.stderr[-2_000:]


def test_the_query_function_matches_its_description(stack: Stack, tmp_path: Path) -> None:
    bearer = f"Authorization: Bearer {stack.ready['instructor_token']}"
    try_all(
        stack,
        tmp_path,
        "-H",
        bearer,
        "--exclude-path",
        "/api/v1/events",
        "--exclude-path",
        KEYED_PATH,
        "--exclude-path",
        "/api/v1/me/data",
        "--exclude-path-regex",
        MANAGE,
    )


def test_the_manage_function_matches_its_description(stack: Stack, tmp_path: Path) -> None:
    bearer = f"Authorization: Bearer {stack.ready['instructor_token']}"
    try_all(stack, tmp_path, "-H", bearer, "--include-path-regex", MANAGE, "--exclude-checks", MANAGE_NOT_CHECKED)


@pytest.mark.parametrize("path", ["/api/v1/events", "/api/v1/me/data"])
def test_the_student_endpoints_match_their_description(stack: Stack, tmp_path: Path, path: str) -> None:
    try_all(stack, tmp_path, "--include-path", path)


def test_the_address_with_a_path_key_matches_its_description(stack: Stack, tmp_path: Path, class_id: str) -> None:
    classes = "/api/v1/manage/classes"
    stack.http.post(classes, json={"classId": class_id}).raise_for_status()
    made = stack.http.post(f"{classes}/{class_id}/keys", json={"inPath": True}).raise_for_status().json()
    key = f'parameters = {{ "path.pathKey" = "{made["key"]}" }}\n'
    options = ("--include-path", KEYED_PATH, "--exclude-checks", MANAGE_NOT_CHECKED)
    try_all(stack, tmp_path, *options, settings_too=key)
    assert eventually(lambda: stack.stored_ids(class_id))
    # Generated keys, which are refused.
    try_all(stack, tmp_path, *options)
