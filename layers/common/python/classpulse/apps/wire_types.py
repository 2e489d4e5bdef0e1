"""`python -m classpulse.apps.wire_types` prints the JSON Schema of the WebSocket's messages.

The dashboard's TypeScript types of them are generated from it; those of the REST API come from `apps/openapi.py`.
"""

import json

from pydantic import TypeAdapter

from classpulse.live.messages import CLIENT_MESSAGE, ErrorMessage, Pong, Progress, ServerMessage, Snapshot


def json_schema() -> dict[str, object]:
    """Return one JSON Schema document that defines the messages that a dashboard sends and receives."""
    server: TypeAdapter[Snapshot | Progress | Pong | ErrorMessage] = TypeAdapter(ServerMessage)
    keys, definitions = TypeAdapter.json_schemas(
        [("ServerMessage", "serialization", server), ("ClientMessage", "validation", CLIENT_MESSAGE)]
    )
    unions = {name: schema for (name, _), schema in keys.items() if "$ref" not in schema}
    return {"$defs": {**definitions["$defs"], **unions}}


if __name__ == "__main__":
    print(json.dumps(json_schema(), indent=2))
