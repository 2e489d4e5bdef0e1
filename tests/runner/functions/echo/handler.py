"""Return the event, and facts about the execution environment."""

import os
from typing import Any


def handler(event: object, context: Any) -> dict[str, object]:
    return {"event": event, "environment": dict(os.environ), "pid": os.getpid(), "request": context.aws_request_id}
