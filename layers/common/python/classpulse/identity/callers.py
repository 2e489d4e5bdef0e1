"""Dependencies of the routes: resolve the caller, and its access to the class in the path."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Path, Request
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
ADDRESS = r"[^@\s\x00]{1,64}@[^@\s\x00]{1,255}"
ENCODED = "one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url"


def decoded(segment: str, longest: int) -> str:
    """Return the id that a path segment encodes. Raises ValueError."""
    if segment.startswith("~"):
        segment = base64.b64decode(segment[1:] + "=" * (-len(segment[1:]) % 4), altchars=b"-_", validate=True).decode()
        if re.match(STORABLE, segment) is None:
            raise ValueError("an id cannot contain U+0000")
    if not 1 <= len(segment) <= longest:
        raise ValueError(f"an id has 1 to {longest} characters")
    return segment


def _address(segment: str) -> str:
    """Return the email address that a path segment encodes, in lower case. Raises ValueError."""
    email = decoded(segment, longest=320)
    if re.fullmatch(ADDRESS, email) is None:
        raise ValueError("this is not an email address")
    return email.lower()


def _in_path(name: str, longest: int) -> Any:
    # A character has up to 4 bytes in UTF-8, and base64 writes 4 characters for 3 bytes.
    most = 1 + -(-longest * 4 * 4 // 3)
    return Path(alias=name, min_length=1, max_length=most, pattern=STORABLE, description=f"the id; {ENCODED}")


ClassId = Annotated[str, _in_path("classId", 128), AfterValidator(partial(decoded, longest=128))]
UserId = Annotated[str, _in_path("userId", 256), AfterValidator(partial(decoded, longest=256))]
EmailInPath = Annotated[str, _in_path("email", 320), AfterValidator(_address)]
UNAUTHENTICATED = {"WWW-Authenticate": "Bearer"}


@dataclass(frozen=True)
class ClassAccess:
    """The caller, and its grant in one class."""

    principal: Principal
    grant: Grant

    @property
    def team_name(self) -> str | None:
        """The only team that the caller may see; None: all teams."""
        return self.grant.team_name


def caller_of(access: Access) -> Callable[..., Principal]:
    """Return the dependency that resolves the bearer token to a principal, or answers 401.

    It leaves the principal in the request's state, for the audit log.
    """

    def caller(request: Request, bearer: Bearer) -> Principal:
        principal = access.principal(bearer.credentials) if bearer else None
        if principal is None:
            raise HTTPException(401, headers=UNAUTHENTICATED)
        request.state.principal = principal
        return principal

    return caller


def class_access_of(caller: Callable[[Bearer], Principal]) -> Callable[..., ClassAccess]:
    """Return the dependency that resolves the caller's access to the class, or answers 404."""

    def access(class_id: ClassId, principal: Annotated[Principal, Depends(caller)]) -> ClassAccess:
        grant = principal.grant(class_id)
        if grant is None:
            raise HTTPException(404)
        return ClassAccess(principal, grant)

    return access
