"""Principals, and the roles and grants that they have in classes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """The role of an account in a class.

    An instructor may do everything; a co-instructor everything except appoint members. An assistant may look after
    students: those of every team, or of one team.
    """

    INSTRUCTOR = "instructor"
    CO_INSTRUCTOR = "co-instructor"
    ASSISTANT = "assistant"


@dataclass(frozen=True)
class Grant:
    """The role of an account in one class; team_name: the only team that it may see, None: all teams."""

    role: Role
    team_name: str | None = None

    @property
    def manages(self) -> bool:
        """Whether the account may change settings, roster and keys."""
        return self.role in (Role.INSTRUCTOR, Role.CO_INSTRUCTOR)

    @property
    def appoints(self) -> bool:
        """Whether the account may appoint and dismiss members."""
        return self.role is Role.INSTRUCTOR


ALL = Grant(Role.INSTRUCTOR)


@dataclass(frozen=True)
class SignIn:
    """A sign-in: it ends when it is revoked, and at `ends_at` at the latest."""

    sign_in_id: str
    ends_at: datetime


@dataclass(frozen=True)
class AccountGrants:
    """What an account may do: its grants by class id, and whether it may create classes."""

    by_class: Mapping[str, Grant]
    may_create_classes: bool = False


@dataclass(frozen=True)
class Principal:
    """An authenticated caller.

    account_id: None for the operator, who may do everything in every class. sign_in: None for INSTRUCTOR_TOKEN itself.
    """

    account_id: int | None
    name: str
    grants: Mapping[str, Grant] = field(default_factory=lambda: MappingProxyType({}))
    sign_in: SignIn | None = None
    may_create_classes: bool = False

    @property
    def is_operator(self) -> bool:
        """Whether this is the operator of the installation."""
        return self.account_id is None

    def grant(self, class_id: str) -> Grant | None:
        """Return the grant in a class; None: answer as if the class did not exist."""
        return ALL if self.is_operator else self.grants.get(class_id)


OPERATOR = Principal(None, "operator", may_create_classes=True)


@dataclass(frozen=True)
class SocketIdentity:
    """The principal of a WebSocket connection.

    grants: None for the operator, who may do everything. sign_in: None for a socket that no sign-in opened.
    """

    account_id: int | None
    name: str
    grants: Mapping[str, Grant] | None
    sign_in: SignIn | None = None

    def grant(self, class_id: str) -> Grant | None:
        """Return the grant in a class; None: answer as if the class did not exist."""
        return ALL if self.grants is None else self.grants.get(class_id)

    @property
    def sign_in_id(self) -> str | None:
        """The id of the sign-in that opened the socket."""
        return self.sign_in.sign_in_id if self.sign_in else None


def socket_identity_to_json(identity: SocketIdentity) -> str:
    """Return the identity as JSON."""
    grants = None
    if identity.grants is not None:
        grants = {class_id: [grant.role, grant.team_name] for class_id, grant in identity.grants.items()}
    sign_in = identity.sign_in and [identity.sign_in.sign_in_id, identity.sign_in.ends_at.isoformat()]
    return json.dumps([identity.account_id, identity.name, grants, sign_in])


def socket_identity_from_json(text: str) -> SocketIdentity:
    """Return what socket_identity_to_json() wrote; the release before wrote no sign-in."""
    account_id, name, grants_by_class, *rest = json.loads(text)
    sign_in = SignIn(rest[0][0], datetime.fromisoformat(rest[0][1])) if rest and rest[0] else None
    if grants_by_class is None:
        return SocketIdentity(account_id, name, None, sign_in)
    grants = {class_id: Grant(Role(role), team_name) for class_id, (role, team_name) in grants_by_class.items()}
    return SocketIdentity(account_id, name, grants, sign_in)
