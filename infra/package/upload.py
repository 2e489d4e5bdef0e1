"""Put a package into an S3 bucket, each archive under a key of its own content, and name the keys in the template."""

import hashlib
from pathlib import PurePosixPath
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.package.build import Package, named
from infra.package.errors import PackageError


def upload(package: Package, s3: Any, bucket: str, prefix: str = "classpulse") -> str:
    """Upload what is not there yet; return the template with S3 locations. s3: boto3's client. Raises PackageError."""
    contents = {place: found.content for place, found in package.archives.items()} | package.nested
    keys = {place: f"{prefix}/{key_of(place, content)}" for place, content in contents.items()}
    try:
        there = {
            item["Key"]
            for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{prefix}/")
            for item in page.get("Contents", [])
        }
        for place, content in contents.items():
            if keys[place] not in there:
                s3.put_object(Bucket=bucket, Key=keys[place], Body=content)
    except (BotoCoreError, ClientError) as error:
        raise PackageError(f"the bucket {bucket} does not take the package: {error}") from error
    return named(package.template, lambda place: _location(place, bucket, keys[place]))


def key_of(place: str, content: bytes) -> str:
    """Return the key of an archive or a template: its name and its hash."""
    path = PurePosixPath(place)
    return f"{path.stem}-{hashlib.sha256(content).hexdigest()[:32]}{path.suffix or '.zip'}"


def _location(place: str, bucket: str, key: str) -> str:
    if place.endswith(".yaml"):
        # CloudFormation wants an address of a nested template, not s3://.
        return f"!Sub https://{bucket}.s3.${{AWS::Region}}.${{AWS::URLSuffix}}/{key}"
    return f"s3://{bucket}/{key}"
