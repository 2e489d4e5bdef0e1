"""What the teachers of a class do about a student who needs help: shared between them, and no part of the facts."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from classpulse.core.moments import Moment


class Attention(BaseModel):
    """Who looks after a student. Times are of the server's clock.

    `resolved_errors` and `resolved_help` are what the student's errors and raised hand were when it was resolved:
    only what came since counts again.
    """

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        frozen=True,
        json_schema_serialization_defaults_required=True,
    )

    claimed_by: str | None = None
    claimed_at: Moment | None = None
    snoozed_until: Moment | None = None
    resolved_at: Moment | None = None
    resolved_errors: int = 0
    resolved_help: Moment | None = None
    note: str | None = None


NOBODY = Attention()
