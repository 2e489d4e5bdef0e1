"""The commands of the administer function: parse their JSON, and run them."""

from typing import Any, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from classpulse.classes.publishing import Publish
from classpulse.core.errors import InvalidRequest
from classpulse.core.problems import ErrorCode, Problem
from classpulse.core.wire import WireModel
from classpulse.records.service import Records


class _Command(WireModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=False)


class Export(_Command):
    """Export everything that is stored about a student, in pages; after: `next` of the previous page."""

    command: Literal["export"]
    class_id: str
    user_id: str
    after: int = 0


class Erase(_Command):
    """Erase a student from every store."""

    command: Literal["erase"]
    class_id: str
    user_id: str


class EraseClass(_Command):
    """Erase a class with all its students from every store."""

    command: Literal["erase-class"]
    class_id: str


class ReapplyErasures(_Command):
    """Erase again the students whom a restored backup has brought back."""

    command: Literal["reapply-erasures"]


class Retain(_Command):
    """Remove every kind of data that is older than the settings allow."""

    command: Literal["retain"]


class PublishAll(_Command):
    """Publish policies and keys to the cache that ingest reads, and erasures to the one that consume reads."""

    command: Literal["publish"]


COMMAND_INVALID = Problem(
    ErrorCode.COMMAND_INVALID,
    'send {"command": "export" or "erase", "classId": …, "userId": …}, {"command": "erase-class", "classId": …}, or'
    ' {"command": "retain", "publish" or "reapply-erasures"}',
)
_Commands = Export | Erase | EraseClass | ReapplyErasures | Retain | PublishAll
_COMMAND: TypeAdapter[_Commands] = TypeAdapter(_Commands)


def run_command(event: dict[str, Any], records: Records, publish: Publish) -> dict[str, Any]:
    """Run a command. Raises InvalidRequest for an unknown command, NotFound, TransientError when it may be retried."""
    try:
        command = _COMMAND.validate_python(event)
    except ValidationError as error:
        raise InvalidRequest(COMMAND_INVALID) from error
    match command:
        case Export():
            return records.export(command.class_id, command.user_id, command.after)
        case Erase():
            receipt = records.erase(command.class_id, command.user_id)
            # Ingest refuses the student's tokens at once.
            publish()
            return receipt
        case EraseClass():
            erased = records.erase_class(command.class_id)
            # Ingest forgets the class's policy and keys at once.
            publish()
            return erased
        case ReapplyErasures():
            reapplied = records.erase.reapply()
            publish()
            return {**reapplied}
        case Retain():
            return {"removed": records.retain()}
        case PublishAll():
            # Policies first: while the journal is unavailable, notebooks can send, and their events wait in the queue.
            published = publish()
            return {**published, **records.erase.publish()}
