"""The table of event source kinds: one entry adds a kind."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest

from runner.functions.outcome import Outcome
from runner.sources import kinds
from runner.sources.kind import Host, Kind
from runner.template.events import Event
from runner.template.model import Stack
from runner.template.reader import read
from runner.template.resources import Resources

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Upload:
    """A source of a kind that the runner lacks."""

    kind: ClassVar[str] = "S3"
    function: str

    @property
    def waited_for(self) -> bool:
        return False


class Uploads:
    def __init__(self, source: Upload, host: Host) -> None:
        self.source = source
        self.host = host

    def start(self) -> None:
        """Do nothing."""

    async def stop(self) -> None:
        """Do nothing."""


class NoHost:
    queues: ClassVar[dict[str, Any]] = {}

    def most_workers(self, function: str) -> int:
        return 1

    async def invoke(self, function: str, payload: bytes) -> Outcome:
        return Outcome(b"null")


def upload(event: Event, resources: Resources) -> Upload:
    assert resources.get(event.function)
    return Upload(event.function)


def stack_of(table: dict[str, Kind]) -> Stack:
    return read(HERE / "template.yaml", {}, str, "ws://127.0.0.1:0", table)


def test_one_table_entry_adds_a_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kinds.KINDS, "S3", Kind(upload, Uploads))
    stack = stack_of(kinds.KINDS)
    assert not [line for line in stack.not_emulated if "S3" in line]
    [source] = [source for source in stack.sources if isinstance(source, Upload)]
    made = kinds.running(source, NoHost())
    assert isinstance(made, Uploads)
    assert made.source == Upload("Consumer")


def test_a_kind_without_a_table_entry_is_named_as_not_emulated() -> None:
    stack = stack_of({})
    assert stack.sources == ()
    named = {line.rpartition("(")[2].rstrip(")") for line in stack.not_emulated if ".Events." in line}
    assert named == {*kinds.KINDS, "S3"}


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_every_kind_has_the_same_files(kind: str) -> None:
    folder = Path(kinds.__file__).parent / kinds.KINDS[kind].make.__module__.split(".")[2]
    assert {"__init__.py", "template.py", "source.py", "event.py"} <= {path.name for path in folder.iterdir()}
