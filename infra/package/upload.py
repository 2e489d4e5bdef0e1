"""Upload a package to S3, each archive under a key made of its hash, and put the keys into the template."""

import hashlib
from pathlib import PurePosixPath
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.package.build import Package, named
from infra.package.errors import PackageError


def upload(package: Package, s3: Any, bucket: str, prefix: str = "classpulse") -> str:
    """Upload missing archives; return the template with S3 locations. s3: boto3's client. Raises PackageError."""
    contents = {place: archive.content for place, archive in package.archives.items()} | package.nested
    keys = {place: f"{prefix}/{key_of(place, content)}" for place, content in contents.items()}
    try:
        existing = {
            item["Key"]
            for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{prefix}/")
            for item in page.get("Contents", [])
        }
        for place, content in contents.items():
            if keys[place] not in existing:
                s3.put_object(Bucket=bucket, Key=keys[place], Body=content)
    except (BotoCoreError, ClientError) as error:
        raise PackageError(f"uploading to the bucket {bucket} failed: {error}") from error
    return named(package.template, lambda place: _location(place, bucket, keys[place]))


def key_of(place: str, content: bytes) -> str:
    """Return the key of an archive or a template: its name and its hash."""
    path = PurePosixPath(place)
    return f"{path.stem}-{hashlib.sha256(content).hexdigest()[:32]}{path.suffix or '.zip'}"


def _location(place: str, bucket: str, key: str) -> str:
    if place.endswith(".yaml"):
        # CloudFormation needs an https:// URL for a nested template, not s3://.
        return f"!Sub https://{bucket}.s3.${{AWS::Region}}.${{AWS::URLSuffix}}/{key}"
    return f"s3://{bucket}/{key}"
