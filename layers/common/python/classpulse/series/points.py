"""Facts as InfluxDB's line protocol, and tags as literals of InfluxQL.

https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/
https://docs.influxdata.com/influxdb/v2/reference/syntax/influxql/spec/#literals
"""

from functools import lru_cache

from classpulse.ingest.batches import Fact
from classpulse.ingest.error_names import error_name
from classpulse.series.model import MEASUREMENT, point_time

ERASED = "(erased)"
# A tag cannot contain a line break or end in a backslash, and servers differ in how they escape both in other places:
# such characters are percent-encoded. So is the percent sign itself, so that different names stay different.
_ENCODED = {chr(code): f"%{code:02X}" for code in (*range(0x20), 0x7F, ord("%"), ord("\\"))}
_IN_TAG = str.maketrans(_ENCODED | {",": "\\,", "=": "\\=", " ": "\\ "})
_IN_FIELD = str.maketrans(_ENCODED | {'"': '\\"'})
_IN_LITERAL = str.maketrans(_ENCODED | {"'": "\\'"})


def to_line(fact: Fact) -> str:
    """Return the fact as a point of `student_progress`.

    Tags are of low cardinality: user, session and cell ids are fields.
    """
    event, is_error = fact.event, fact.event.is_error
    fields = f'user_id="{_field(event.user_id)}",run={event.is_run:d}i,error={is_error:d}i'
    if event.cell_id is not None:
        fields += f',cell_id="{_field(event.cell_id)}"'
    if is_error:
        fields += f',error_name="{_field(error_name(event.error_message))}"'
    if event.execution_count is not None:
        fields += f",execution_count={event.execution_count}i"
    if event.execution_duration_ms is not None:
        fields += f",duration_ms={event.execution_duration_ms}"
    return f"{MEASUREMENT},{_tags(fact)} {fields} {point_time(fact)}"


def to_erased_line(fact: Fact) -> str:
    """Return the line that overwrites the user id of the fact's point; its other fields stay unchanged."""
    return f'{MEASUREMENT},{_tags(fact)} user_id="{ERASED}" {point_time(fact)}'


def _tags(fact: Fact) -> str:
    tags = f"class={_tag(fact.class_id)},event_type={_tag(fact.event.event_type)}"
    if fact.event.notebook_path is not None:
        tags += f",notebook={_tag(fact.event.notebook_path)}"
    return tags


def to_literal(tag: str) -> str:
    """Return the InfluxQL string literal of a stored tag; quotes in it are escaped."""
    return f"'{tag.translate(_IN_LITERAL)}'"


# The same names occur in every batch, and translating them would be most of the work.
@lru_cache(maxsize=8192)
def _tag(text: str) -> str:
    return text.translate(_IN_TAG)


@lru_cache(maxsize=8192)
def _field(text: str) -> str:
    return text.translate(_IN_FIELD)
