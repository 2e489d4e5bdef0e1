"""Lambda: bring the database's schema up to date. Source: any event, or CloudFormation's of a custom resource."""

import logging
from pathlib import Path
from typing import Any

import urllib3
from classpulse.core.config import PostgresSettings
from classpulse.core.errors import IncompatibleSchema
from classpulse.core.migrate import upgrade

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
# A database proxy that has just been made lets nobody in yet.
PATIENCE_SECONDS = 120.0


def handler(event: dict[str, Any], context: object) -> dict[str, str]:
    """Return the revision that the schema has now; CloudFormation is told the same."""
    if "ResponseURL" not in event:
        return {"revision": upgrade(PostgresSettings.read().url, HERE)}
    try:
        # A release that is taken back meets the schema of the one that failed, and gets on with it.
        deletes = event["RequestType"] == "Delete"
        found = {} if deletes else {"revision": _upgraded()}
    except Exception as error:
        # Told, not raised: Lambda would migrate again, behind CloudFormation's back.
        log.exception("the schema was not migrated")
        _answer(event, "FAILED", {}, f"the schema was not migrated: {_reason(error)}")
        return {}
    _answer(event, "SUCCESS", found)
    return found


def _upgraded() -> str:
    return upgrade(PostgresSettings.read().url, HERE, leave_newer=True, patience=PATIENCE_SECONDS)


def _reason(error: Exception) -> str:
    """Return what may be shown of an error: another one than ours can hold the database's password."""
    if isinstance(error, IncompatibleSchema):
        return str(error)
    return f"{type(error).__name__}, see the function's log"


def _answer(event: dict[str, Any], status: str, data: dict[str, str], reason: str = "") -> None:
    """Tell CloudFormation, which waits for this.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
    """
    ids = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    body = ids | {"Status": status, "Reason": reason, "PhysicalResourceId": "schema", "Data": data}
    # The address is signed for an empty content type.
    urllib3.request("PUT", event["ResponseURL"], json=body, headers={"Content-Type": ""}, retries=3)
