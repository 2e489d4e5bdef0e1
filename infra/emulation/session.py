"""boto3's clients for AWS or an emulator (LocalStack, MiniStack)."""

from typing import Any
from urllib.parse import urlsplit

import boto3
import localstack_client.session

# The default region of both emulators.
REGION = "us-east-1"


def client_of(service: str, endpoint: str | None = None) -> Any:
    """Return boto3's client for the emulator at the endpoint, or for AWS with boto3's own settings."""
    if endpoint is None:
        return boto3.client(service)
    session = localstack_client.session.Session(
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106  the emulators' default account
        region_name=REGION,
        localstack_host=urlsplit(endpoint).netloc,
    )
    return session.client(service)
