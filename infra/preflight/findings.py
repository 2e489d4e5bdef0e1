"""What a check found, and how checks reach AWS."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

# Returns a boto3 client: of a service in the region of the deployment, or in another region.
Clients = Callable[..., Any]


@dataclass(frozen=True)
class Finding:
    """The result of one check. A failure's text ends with the remedy."""

    check: str
    ok: bool
    text: str


@dataclass(frozen=True)
class Stack:
    """The stack as CloudFormation has it; without a status, it does not exist."""

    name: str
    status: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_unusable(self) -> bool:
        """Whether CloudFormation can only delete it.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
        """
        return self.status in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED")


@dataclass(frozen=True)
class Deployment:
    """What will be deployed: the template, the values of its parameters, and the stack that exists."""

    template: Mapping[str, Any]
    parameters: Mapping[str, str]
    stack: Stack
    clients: Clients
    region: str
    cloudfront_verified: bool = False

    @property
    def own_servers(self) -> bool:
        """Whether the stack creates its network and servers."""
        return not self.parameters["DatabaseUrl"]

    @property
    def is_first(self) -> bool:
        """Whether no deployment of the stack has succeeded yet."""
        return not self.stack.status or self.stack.is_unusable


Check = Callable[[Deployment], Iterator[Finding]]


def run(name: str, check: Check, deployment: Deployment) -> Iterator[Finding]:
    """Yield the findings of a check; one that AWS refuses is a failure."""
    try:
        yield from check(deployment)
    except ClientError as error:
        refused = f"{error.operation_name} answered {error.response['Error'].get('Code', 'an error')}"
        yield Finding(name, False, f"not checked, because {refused}: sign in with permission for it")
    except BotoCoreError as error:
        yield Finding(name, False, f"not checked ({error}): sign in, and choose a region")
