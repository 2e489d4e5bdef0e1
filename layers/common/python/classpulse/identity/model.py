"""Who may do what in a class."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What an account is in a class.

    An instructor may do everything in it, a co-instructor everything but choose its members, an assistant look after
    students: all of the class, or one team's.
    """

    INSTRUCTOR = "instructor"
    CO_INSTRUCTOR = "co-instructor"
    ASSISTANT = "assistant"


@dataclass(frozen=True)
class Grant:
    """What an account may do in one class; team_name: it sees this team alone."""

    role: Role
    team_name: str | None = None

    @property
    def manages(self) -> bool:
        """Settings, roster and keys."""
        return self.role in (Role.INSTRUCTOR, Role.CO_INSTRUCTOR)

    @property
    def appoints(self) -> bool:
        """Members."""
        return self.role is Role.INSTRUCTOR


ALL = Grant(Role.INSTRUCTOR)


@dataclass(frozen=True)
class Principal:
    """Who asks. account_id is None for the operator, who may do everything in every class."""

    account_id: int | None
    name: str
    grants: Mapping[str, Grant] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_operator(self) -> bool:
        """Whether this is who runs the installation."""
        return self.account_id is None

    def grant(self, class_id: str) -> Grant | None:
        """Return what it may do in a class; None: as far as it is told, the class does not exist."""
        return ALL if self.is_operator else self.grants.get(class_id)


OPERATOR = Principal(None, "operator")


@dataclass(frozen=True)
class SocketIdentity:
    """Who opens a socket, and what it may do in the classes that it may subscribe to; None: all."""

    account_id: int | None
    name: str
    grants: Mapping[str, Grant] | None

    def grant(self, class_id: str) -> Grant | None:
        """Return what it may do in a class; None: as far as it is told, the class does not exist."""
        return ALL if self.grants is None else self.grants.get(class_id)


def socket_identity_to_json(identity: SocketIdentity) -> str:
    """Return the identity as text."""
    grants = None
    if identity.grants is not None:
        grants = {class_id: [grant.role, grant.team_name] for class_id, grant in identity.grants.items()}
    return json.dumps([identity.account_id, identity.name, grants])


def socket_identity_from_json(text: str) -> SocketIdentity:
    """Return what socket_identity_to_json() wrote."""
    account_id, name, found = json.loads(text)
    if found is None:
        return SocketIdentity(account_id, name, None)
    grants = {class_id: Grant(Role(role), team_name) for class_id, (role, team_name) in found.items()}
    return SocketIdentity(account_id, name, grants)
