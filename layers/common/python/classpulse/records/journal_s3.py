"""The ErasureJournal port on Amazon S3: one object a tombstone, whose key says everything, so that a list reads it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from classpulse.core.errors import StoreUnavailable
from classpulse.core.moments import rfc3339
from classpulse.ingest.erasures import Tombstone

# Another writer has created, or is creating, the same object.
EXISTS = ("PreconditionFailed", "ConditionalRequestConflict")


class S3Journal:
    """Objects at s3://bucket/prefix/<digest>/<instant>. The role may create and list them, not delete them."""

    def __init__(self, url: str, client: Any = None) -> None:
        parts = urlsplit(url)
        self._bucket = parts.netloc
        self._prefix = parts.path.strip("/")
        self._client = client or boto3.client(
            "s3", config=Config(connect_timeout=2, read_timeout=10, retries={"max_attempts": 3})
        )

    def append(self, tombstones: Sequence[Tombstone]) -> None:
        """See ErasureJournal.append."""
        for one in tombstones:
            key = "/".join(filter(None, (self._prefix, one.digest, rfc3339(one.erased_at))))
            try:
                self._client.put_object(Bucket=self._bucket, Key=key, Body=b"", IfNoneMatch="*")
            except ClientError as error:
                if error.response["Error"]["Code"] not in EXISTS:
                    raise StoreUnavailable("S3 did not store the tombstone") from error
            except BotoCoreError as error:
                raise StoreUnavailable("S3 did not store the tombstone") from error

    def read(self) -> list[Tombstone]:
        """See ErasureJournal.read."""
        found: list[Tombstone] = []
        options: dict[str, str] = {}
        try:
            while True:
                page = self._client.list_objects_v2(
                    Bucket=self._bucket, Prefix=f"{self._prefix}/" if self._prefix else "", **options
                )
                found += [_parse(item["Key"]) for item in page.get("Contents", [])]
                if not page["IsTruncated"]:
                    return found
                options = {"ContinuationToken": page["NextContinuationToken"]}
        except (BotoCoreError, ClientError) as error:
            raise StoreUnavailable("S3 did not list the tombstones") from error
        except ValueError as error:
            raise StoreUnavailable("the erasure journal holds an object that is no tombstone: remove it") from error


def _parse(key: str) -> Tombstone:
    *_, digest, moment = key.split("/")
    return Tombstone(digest, datetime.fromisoformat(moment))
