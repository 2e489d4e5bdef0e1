"""The one place where names change between JSON (camelCase) and Python (snake_case)."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class WireModel(BaseModel):
    """An immutable object that is camelCase on the wire; an answer holds every field, also one with a default."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        frozen=True,
        json_schema_serialization_defaults_required=True,
    )
