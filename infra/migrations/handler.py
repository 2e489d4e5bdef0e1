"""Lambda: migrate the database's schema. Source: any event, or a CloudFormation custom resource."""

import logging
from pathlib import Path
from typing import Any

import urllib3
from classpulse.core.config import PostgresSettings
from classpulse.core.errors import ConfigError, IncompatibleSchema
from classpulse.core.migrate import upgrade

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
# A new database proxy refuses connections at first. The function's timeout leaves as long again for the migrations.
PATIENCE_SECONDS = 240.0


def handler(event: dict[str, Any], context: object) -> dict[str, str]:
    """Migrate the schema and return its revision; report the result to CloudFormation if it asked."""
    if "ResponseURL" not in event:
        settings = PostgresSettings.read()
        return {"revision": upgrade(settings.url, HERE, ca=settings.ca)}
    try:
        # A release that is rolled back finds the newer schema of the failed one, and keeps it.
        deletes = event["RequestType"] == "Delete"
        found = {} if deletes else {"revision": _upgraded()}
    except Exception as error:
        # Report the error instead of raising it: Lambda would retry without CloudFormation's knowledge.
        log.exception("the schema was not migrated")
        _answer(event, "FAILED", {}, f"the schema was not migrated: {_reason(error)}")
        return {}
    _answer(event, "SUCCESS", found)
    return found


def _upgraded() -> str:
    settings = PostgresSettings.read()
    return upgrade(settings.url, HERE, ca=settings.ca, leave_newer=True, patience=PATIENCE_SECONDS)


def _reason(error: Exception) -> str:
    """Return a message without secrets: a foreign error may contain the database's password."""
    if isinstance(error, IncompatibleSchema | ConfigError):
        return str(error)
    return f"{type(error).__name__}, see the function's log"


def _answer(event: dict[str, Any], status: str, data: dict[str, str], reason: str = "") -> None:
    """Send the result to CloudFormation, which waits for it.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
    """
    ids = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    body = ids | {"Status": status, "Reason": reason, "PhysicalResourceId": "schema", "Data": data}
    # The URL is signed for an empty content type.
    urllib3.request("PUT", event["ResponseURL"], json=body, headers={"Content-Type": ""}, retries=3)
