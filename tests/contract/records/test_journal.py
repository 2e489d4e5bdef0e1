"""The ErasureJournal port: in memory, on a file, and on S3."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from classpulse.core.errors import StoreUnavailable
from classpulse.ingest.erasures import Tombstone
from classpulse.records.journal_file import FileJournal
from classpulse.records.journal_s3 import S3Journal
from classpulse.records.ports import ErasureJournal
from moto.server import ThreadedMotoServer

from tests.builders import NOW
from tests.fakes.erasures import MemoryJournal
from tests.threads import in_threads

ADA, BOB = Tombstone("a" * 64, NOW), Tombstone("b" * 64, NOW + timedelta(microseconds=1))


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    yield client
    client.close()
    server.stop()


@pytest.fixture
def bucket(s3: Any) -> str:
    name = f"journal-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "erasures.journal"


@pytest.fixture(params=["memory", "file", "s3", "s3 without a prefix"])
def journal(request: pytest.FixtureRequest, path: Path) -> ErasureJournal:
    if request.param == "memory":
        return MemoryJournal()
    if request.param == "file":
        return FileJournal(path)
    bucket = request.getfixturevalue("bucket")
    url = f"s3://{bucket}/tombstones" if request.param == "s3" else f"s3://{bucket}"
    return S3Journal(url, request.getfixturevalue("s3"))


def test_a_new_journal_is_empty_and_holds_what_is_appended(journal: ErasureJournal) -> None:
    assert journal.read() == []
    journal.append([ADA])
    journal.append([BOB])
    assert set(journal.read()) == {ADA, BOB}


def test_an_erasure_that_is_recorded_again_changes_nothing(journal: ErasureJournal) -> None:
    journal.append([ADA, BOB])
    journal.append([ADA])
    assert set(journal.read()) == {ADA, BOB}


def test_concurrent_erasures_are_all_recorded(journal: ErasureJournal) -> None:
    in_threads(8, lambda index: journal.append([Tombstone(f"{index:064}", NOW)]))
    assert {one.digest for one in journal.read()} == {f"{index:064}" for index in range(8)}


def test_a_file_journal_is_private_and_missing_only_when_it_was_lost(path: Path) -> None:
    FileJournal(path).read()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_line_that_a_crash_cut_off_is_dropped_and_the_next_one_is_complete(path: Path) -> None:
    journal = FileJournal(path)
    journal.append([ADA])
    with path.open("a") as file:
        file.write('{"student": "cut o')
    assert journal.read() == [ADA]
    journal.append([BOB])
    assert journal.read() == [ADA, BOB]


@pytest.mark.parametrize("line", ["no JSON", "[]", "{}", '{"student": "x", "erasedAt": "never"}'])
def test_a_damaged_journal_stops_storing_instead_of_forgetting_an_erasure(path: Path, line: str) -> None:
    path.write_text(f"{line}\n")
    with pytest.raises(StoreUnavailable, match="damaged"):
        FileJournal(path).read()


def test_a_journal_that_cannot_be_reached_is_a_transient_failure(tmp_path: Path, s3: Any) -> None:
    journals: list[ErasureJournal] = [FileJournal(tmp_path / "no" / "journal"), S3Journal("s3://no-bucket/x", s3)]
    for journal in journals:
        with pytest.raises(StoreUnavailable):
            journal.read()
        with pytest.raises(StoreUnavailable):
            journal.append([ADA])


def test_an_s3_journal_of_many_pages_is_read_completely(s3: Any, bucket: str) -> None:
    class SmallPages:
        """The client, with pages of two objects."""

        def list_objects_v2(self, **options: Any) -> Any:
            return s3.list_objects_v2(**options, MaxKeys=2)

    tombstones = [Tombstone(f"{number:064}", NOW) for number in range(5)]
    S3Journal(f"s3://{bucket}/t", s3).append(tombstones)
    s3.put_object(Bucket=bucket, Key="table/other", Body=b"")
    assert S3Journal(f"s3://{bucket}/t", SmallPages()).read() == tombstones


def test_a_tombstone_in_s3_is_never_overwritten(s3: Any, bucket: str) -> None:
    journal = S3Journal(f"s3://{bucket}/t", s3)
    journal.append([ADA])
    [key] = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    s3.delete_object(Bucket=bucket, Key=key)
    s3.put_object(Bucket=bucket, Key=key, Body=b"first")
    journal.append([ADA])
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"first"
