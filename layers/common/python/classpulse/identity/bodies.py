"""The bodies of requests and answers under /api/v1/session."""

from typing import Annotated

from pydantic import ConfigDict, Field, StrictBool

from classpulse.core.wire import WireModel
from classpulse.identity.service import LINK_MINUTES, SHORTEST_PASSWORD


class Body(WireModel):
    """A JSON object; fields that the model does not name are refused."""

    model_config = ConfigDict(extra="forbid")


class ByPassword(Body):
    """The email address and the password of an account."""

    email: Annotated[str, Field(min_length=1, max_length=320)]
    password: Annotated[str, Field(min_length=1, max_length=1024)]


class ByLink(Body):
    """link: what follows `token=` in a one-time link; replace: also if the browser's cookie is signed in already."""

    link: Annotated[str, Field(min_length=1, max_length=256)]
    replace: StrictBool = False


class Nothing(Body):
    """An empty JSON object: a form on another site cannot send JSON, so it cannot make this request."""


class LinkWish(Body):
    """minutes: until the link expires; email: the account that it signs in, by default the caller's own."""

    minutes: Annotated[int, Field(ge=1, le=7 * 24 * 60, strict=True)] = LINK_MINUTES
    email: Annotated[str | None, Field(max_length=320)] = None


class PasswordChange(Body):
    """old: the present password, unless the account has none."""

    old: Annotated[str | None, Field(max_length=1024)] = None
    new: Annotated[str, Field(min_length=SHORTEST_PASSWORD, max_length=1024)]


class Provider(Body):
    """The display name of the identity provider."""

    name: str


class Methods(Body):
    """The ways to sign in; oidc: null when no identity provider is configured."""

    password: bool
    oidc: Provider | None


class Session(Body):
    """expiresIn: seconds until the access token expires; email: null for the operator."""

    access_token: str
    expires_in: int
    name: str
    email: str | None
    operator: bool
    may_create_classes: bool


class Link(Body):
    """link: what follows `/?token=` in the address; expiresIn: seconds until it expires."""

    link: str
    expires_in: int


class Ticket(Body):
    """ticket: what follows `/ws?token=` in the address; expiresIn: seconds until it expires."""

    ticket: str
    expires_in: int
