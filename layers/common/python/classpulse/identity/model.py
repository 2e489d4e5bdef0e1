"""Principals, and the roles and grants that they have in classes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
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
class Principal:
    """An authenticated caller. account_id: None for the operator, who may do everything in every class."""

    account_id: int | None
    name: str
    grants: Mapping[str, Grant] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_operator(self) -> bool:
        """Whether this is the operator of the installation."""
        return self.account_id is None

    def grant(self, class_id: str) -> Grant | None:
        """Return the grant in a class; None: answer as if the class did not exist."""
        return ALL if self.is_operator else self.grants.get(class_id)


OPERATOR = Principal(None, "operator")


@dataclass(frozen=True)
class SocketIdentity:
    """The principal of a WebSocket connection. grants: None for the operator, who may do everything."""

    account_id: int | None
    name: str
    grants: Mapping[str, Grant] | None

    def grant(self, class_id: str) -> Grant | None:
        """Return the grant in a class; None: answer as if the class did not exist."""
        return ALL if self.grants is None else self.grants.get(class_id)


def socket_identity_to_json(identity: SocketIdentity) -> str:
    """Return the identity as JSON."""
    grants = None
    if identity.grants is not None:
        grants = {class_id: [grant.role, grant.team_name] for class_id, grant in identity.grants.items()}
    return json.dumps([identity.account_id, identity.name, grants])


def socket_identity_from_json(text: str) -> SocketIdentity:
    """Return what socket_identity_to_json() wrote."""
    account_id, name, grants_by_class = json.loads(text)
    if grants_by_class is None:
        return SocketIdentity(account_id, name, None)
    grants = {class_id: Grant(Role(role), team_name) for class_id, (role, team_name) in grants_by_class.items()}
    return SocketIdentity(account_id, name, grants)
