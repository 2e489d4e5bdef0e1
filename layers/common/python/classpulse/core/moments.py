"""Times in the format of the wire contract (RFC 3339)."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, PlainSerializer


def rfc3339(moment: datetime) -> str:
    """Return a UTC time in RFC 3339, ending in Z."""
    return moment.isoformat().replace("+00:00", "Z")


Moment = Annotated[AwareDatetime, PlainSerializer(rfc3339, return_type=str, when_used="json")]
