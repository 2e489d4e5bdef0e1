"""boto3's clients of AWS, or of something that takes its place (LocalStack, MiniStack)."""

from typing import Any
from urllib.parse import urlsplit

import boto3
import localstack_client.session

# The account and the region that both emulators have.
REGION = "us-east-1"


def client_of(service: str, endpoint: str | None = None) -> Any:
    """Return boto3's client: of AWS as its own settings say, or of the emulator at the endpoint."""
    if endpoint is None:
        return boto3.client(service)
    session = localstack_client.session.Session(
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106  what emulators take for the first account
        region_name=REGION,
        localstack_host=urlsplit(endpoint).netloc,
    )
    return session.client(service)
