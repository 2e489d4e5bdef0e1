"""Lambda: run operators' commands and scheduled jobs. Source: direct invocation, or a Schedule event."""

from typing import Any

from classpulse import bootstrap
from classpulse.records.commands import run_command

records, publish = bootstrap.records(), bootstrap.publish()


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Run {"command": "export" | "erase" | "retain" | "publish", …}; see docs/how-to/student-data.md."""
    return run_command(event, records, publish)
