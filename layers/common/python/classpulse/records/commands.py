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


class Retain(_Command):
    """Clear raw code and output that is older than the settings allow."""

    command: Literal["retain"]


class PublishAll(_Command):
    """Publish policies and keys to the cache that ingest reads."""

    command: Literal["publish"]


COMMAND_INVALID = Problem(
    ErrorCode.COMMAND_INVALID,
    'send {"command": "export" or "erase", "classId": …, "userId": …}, or {"command": "retain" or "publish"}',
)
_COMMAND: TypeAdapter[Export | Erase | Retain | PublishAll] = TypeAdapter(Export | Erase | Retain | PublishAll)


def run_command(event: dict[str, Any], records: Records, publish: Publish) -> dict[str, Any]:
    """Run a command. Raises InvalidRequest for an unknown command, TransientError when it should be retried."""
    try:
        command = _COMMAND.validate_python(event)
    except ValidationError as error:
        raise InvalidRequest(COMMAND_INVALID) from error
    if isinstance(command, Export):
        return records.export(command.class_id, command.user_id, command.after)
    if isinstance(command, Erase):
        return records.erase(command.class_id, command.user_id)
    return records.retain() if isinstance(command, Retain) else dict(publish())
