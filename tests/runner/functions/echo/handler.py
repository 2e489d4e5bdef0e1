"""Answers what it was asked, and what it knows of itself."""

import os


def handler(event, context):
    return {"event": event, "environment": dict(os.environ), "pid": os.getpid(), "request": context.aws_request_id}
