"""The API document: scripts read it, and the dashboard's REST types are generated from it."""

from collections.abc import Iterator
from typing import Any

from classpulse.apps.openapi import document
from classpulse.ingest.keys import KEYED_PATH

# An event omits the fields that were never sent; they are not null.
PARTIAL = {"StoredEvent"}
# Their answer predates the convention.
INGEST = {"/api/v1/events", KEYED_PATH}


def answers(described: dict[str, Any]) -> Iterator[str]:
    """Yield the names of the schemas of answer bodies."""
    for path, operations in described["paths"].items():
        if path in INGEST:
            continue
        for operation in operations.values():
            for status, response in operation["responses"].items():
                schema = response.get("content", {}).get("application/json", {}).get("schema", {})
                if status.startswith("2") and "$ref" in schema:
                    yield schema["$ref"].rpartition("/")[2]


def parts(schemas: dict[str, Any], name: str, found: set[str]) -> set[str]:
    """Return the schema and all schemas that it references."""
    if name not in found:
        found.add(name)
        for reference in references(schemas[name]):
            parts(schemas, reference, found)
    return found


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"].rpartition("/")[2]
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def test_the_document_is_generated_without_services() -> None:
    paths = document()["paths"]
    assert {"/api/v1/classes/{classId}/grid", "/api/v1/manage/classes/{classId}/roster", "/api/v1/me/data"} <= set(
        paths
    )


def test_every_field_of_an_answer_is_required_and_in_camel_case() -> None:
    described = document()
    schemas = described["components"]["schemas"]
    found: set[str] = set()
    for name in answers(described):
        parts(schemas, name, found)
    assert {"Grid", "MyClass", "RosterLine", "StudentDataExport", "Session"} <= found
    for name in found - PARTIAL:
        properties = schemas[name].get("properties", {})
        assert sorted(schemas[name].get("required", [])) == sorted(properties), name
        assert not [field for field in properties if "_" in field], name
