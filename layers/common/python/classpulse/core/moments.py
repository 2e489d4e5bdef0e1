"""Times as the wire writes them."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, PlainSerializer


def rfc3339(moment: datetime) -> str:
    """Return a UTC moment as the wire writes it, ending in Z."""
    return moment.isoformat().replace("+00:00", "Z")


Moment = Annotated[AwareDatetime, PlainSerializer(rfc3339, return_type=str, when_used="json")]
