"""`python -m classpulse.apps.wire_types` prints the JSON Schema of what a dashboard sends and receives.

The dashboard's TypeScript types are generated from it.
"""

import json

from pydantic import BaseModel, TypeAdapter

from classpulse.live.messages import CLIENT_MESSAGE, ErrorMessage, Pong, Progress, ServerMessage, Snapshot
from classpulse.progress.attending import AttentionChange
from classpulse.records.model import StudentDataExport
from classpulse.views import model as views

VIEWS: tuple[type[BaseModel], ...] = (
    views.Classes,
    views.ClassState,
    views.StudentState,
    views.Activity,
    views.Notebooks,
    views.Grid,
    views.CommonErrors,
    views.Pace,
    views.Difficulty,
    views.Timeline,
    StudentDataExport,
)


def json_schema() -> dict[str, object]:
    """Return one JSON Schema document with all that a dashboard says and hears as definitions."""
    server: TypeAdapter[Snapshot | Progress | Pong | ErrorMessage] = TypeAdapter(ServerMessage)
    keys, definitions = TypeAdapter.json_schemas(
        [
            ("ServerMessage", "serialization", server),
            ("ClientMessage", "validation", CLIENT_MESSAGE),
            ("AttentionChange", "validation", TypeAdapter(AttentionChange)),
            *((view.__name__, "serialization", TypeAdapter(view)) for view in VIEWS),
        ]
    )
    unions = {name: schema for (name, _), schema in keys.items() if "$ref" not in schema}
    return {"$defs": {**definitions["$defs"], **unions}}


if __name__ == "__main__":
    print(json.dumps(json_schema(), indent=2))
