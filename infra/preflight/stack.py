"""Checks of a stack that exists: its status, its aliases, the protection of its database."""

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from infra.preflight.account import resources_of
from infra.preflight.findings import Clients, Deployment, Finding, Stack

ALIAS = "live"


def read(clients: Clients, name: str) -> Stack:
    """Return the stack as it is. Raises ClientError."""
    try:
        [found] = clients("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        return Stack(name)
    values = {item["ParameterKey"]: item["ParameterValue"] for item in found.get("Parameters", [])}
    # A change set was refused before anything was created.
    if found["StackStatus"] == "REVIEW_IN_PROGRESS":
        return Stack(name)
    return Stack(name, found["StackStatus"], values)


def effective(template: Mapping[str, Any], stack: Stack, given: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters' values: those given, else the stack's, else the defaults."""
    defaults = {name: str(parameter.get("Default", "")) for name, parameter in template["Parameters"].items()}
    return defaults | {name: value for name, value in stack.parameters.items() if name in defaults} | dict(given)


def status(deployment: Deployment) -> Iterator[Finding]:
    """A stack whose creation failed must be deleted first; a change in progress must finish."""
    name, current = deployment.stack.name, deployment.stack.status
    if deployment.stack.is_unusable:
        remedy = f"delete it (aws cloudformation delete-stack --stack-name {name}), and deploy again"
        yield Finding("stack", False, f"{name} is {current} and cannot be updated: {remedy}")
    elif current == "UPDATE_ROLLBACK_FAILED":
        remedy = f"aws cloudformation continue-update-rollback --stack-name {name}"
        yield Finding("stack", False, f"its last rollback failed ({current}): {remedy}")
    elif current.endswith("IN_PROGRESS"):
        yield Finding("stack", False, f"it is {current}: wait until that is complete")
    else:
        yield Finding("stack", True, f"{name} is {current or 'new'}")


def aliases(deployment: Deployment) -> Iterator[Finding]:
    """A gradual release fails after an alias was moved by hand: CodeDeploy starts from the version of CloudFormation.

    https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
    https://docs.aws.amazon.com/codedeploy/latest/userguide/troubleshooting-deployments-lambda.html
    """
    if deployment.is_first or deployment.parameters["GradualDeployments"] == "false":
        return
    client = deployment.clients("lambda")
    moved = []
    for arn in resources_of(deployment, "AWS::Lambda::Version"):
        function, _, version = arn.rpartition(":")
        alias = client.get_alias(FunctionName=function, Name=ALIAS)
        if alias["FunctionVersion"] != version or alias.get("RoutingConfig", {}).get("AdditionalVersionWeights"):
            moved.append(function.rpartition(":")[2])
    if moved:
        yield Finding(
            "aliases",
            False,
            f"the alias {ALIAS} of {', '.join(sorted(moved))} was moved by hand: deploy once with"
            " GradualDeployments=false, which sets it wherever it points",
        )
    else:
        yield Finding("aliases", True, "they point where CloudFormation set them")


def protection(deployment: Deployment) -> Iterator[Finding]:
    """After the first success, nobody deletes the database by mistake; before it, a failure must be able to."""
    if not deployment.own_servers:
        return
    if deployment.is_first:
        if deployment.parameters["ProtectData"] == "true":
            remedy = "leave ProtectData out until the first deployment has succeeded"
            yield Finding("protection", False, f"a first deployment that fails could not delete its database: {remedy}")
    elif deployment.parameters["ProtectData"] == "true":
        yield Finding("protection", True, "the database cannot be deleted by mistake")
    else:
        yield Finding("protection", False, "the database can be deleted by mistake: add ProtectData=true")
