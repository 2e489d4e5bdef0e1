"""Who asks, and what it may do in the class that the address names."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Path
from pydantic import AfterValidator
from starlette.exceptions import HTTPException

from classpulse.core.http import Bearer
from classpulse.core.problems import Problem
from classpulse.identity.access import Access
from classpulse.identity.model import Grant, Principal
from classpulse.ingest.events import STORABLE

PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "the token is missing, unknown or expired"},
    403: {"model": Problem, "description": "the role in this class does not allow this"},
    404: {"model": Problem, "description": "the class does not exist, or you have no access to it"},
    422: {"model": Problem, "description": "a parameter is not valid"},
    503: {"model": Problem, "description": "a store is unavailable; see Retry-After"},
}
ENCODED = "or ~ and its UTF-8 in base64url, for one with a slash in it, or that is . or .. or begins with ~"


def _decoded(part: str, longest: int) -> str:
    """Return the id that a part of an address names. Raises ValueError."""
    if part.startswith("~"):
        part = base64.b64decode(part[1:] + "=" * (-len(part[1:]) % 4), altchars=b"-_", validate=True).decode()
        if re.match(STORABLE, part) is None:
            raise ValueError("U+0000 stands in no id")
    if not 1 <= len(part) <= longest:
        raise ValueError(f"an id has 1 to {longest} characters")
    return part


def _in_path(name: str, longest: int) -> Any:
    # UTF-8 has up to four bytes a character, base64 four for three of them.
    most = 1 + -(-longest * 4 * 4 // 3)
    return Path(alias=name, min_length=1, max_length=most, pattern=STORABLE, description=f"its id; {ENCODED}")


ClassId = Annotated[str, _in_path("classId", 128), AfterValidator(partial(_decoded, longest=128))]
UserId = Annotated[str, _in_path("userId", 256), AfterValidator(partial(_decoded, longest=256))]
EmailInPath = Annotated[str, _in_path("email", 320), AfterValidator(partial(_decoded, longest=320))]
UNAUTHENTICATED = {"WWW-Authenticate": "Bearer"}


@dataclass(frozen=True)
class ClassAccess:
    """Who asks about a class, and what it may do there."""

    principal: Principal
    grant: Grant

    @property
    def team_name(self) -> str | None:
        """The team that it sees alone; None: all of the class."""
        return self.grant.team_name


def caller_of(access: Access) -> Callable[[Bearer], Principal]:
    """Return the dependency that tells who asks: 401 for nobody."""

    def caller(bearer: Bearer) -> Principal:
        principal = access.principal(bearer.credentials) if bearer else None
        if principal is None:
            raise HTTPException(401, headers=UNAUTHENTICATED)
        return principal

    return caller


def class_access_of(caller: Callable[[Bearer], Principal]) -> Callable[..., ClassAccess]:
    """Return the dependency that lets into a class: 404 for who has nothing to do there."""

    def access(class_id: ClassId, principal: Annotated[Principal, Depends(caller)]) -> ClassAccess:
        grant = principal.grant(class_id)
        if grant is None:
            raise HTTPException(404)
        return ClassAccess(principal, grant)

    return access
