"""The event that a scheduled function gets.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
"""

import json
import time
import uuid

from runner.template.intrinsics import ACCOUNT, REGION


def scheduled_event(name: str) -> bytes:
    """Return what EventBridge sends where the schedule has no Input."""
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}"],
        "detail": {},
    }
    return json.dumps(event).encode()
