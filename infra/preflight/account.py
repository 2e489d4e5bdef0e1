"""Checks of the account and the region: zones, quotas, CloudFront, the certificate, names that are taken."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from infra.preflight.findings import Deployment, Finding

# https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
UNRESERVED = 100
# Each counts what one stack of ours adds: quota's service and code, its name, what lists the resources in use.
# https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
NETWORK_QUOTAS = (
    ("vpc", "L-F678F1CE", "VPCs", "describe_vpcs", "Vpcs"),
    ("ec2", "L-0263D0A3", "Elastic IP addresses", "describe_addresses", "Addresses"),
)
QUEUE = "classpulse-events"


def zones(deployment: Deployment) -> Iterator[Finding]:
    """RDS, its proxy and ElastiCache need two zones."""
    found = deployment.clients("ec2").describe_availability_zones(
        Filters=[{"Name": "state", "Values": ["available"]}, {"Name": "zone-type", "Values": ["availability-zone"]}]
    )["AvailabilityZones"]
    if len(found) < 2:
        yield Finding("region", False, f"{deployment.region} has {len(found)} zones of the two: choose another region")
    else:
        yield Finding("region", True, f"{deployment.region} has {len(found)} zones")


def concurrency(deployment: Deployment) -> Iterator[Finding]:
    """Lambda refuses to reserve concurrency if fewer than 100 executions would remain unreserved."""
    client = deployment.clients("lambda")
    limit = client.get_account_settings()["AccountLimit"]
    wanted = reserved(deployment)
    free = limit["UnreservedConcurrentExecutions"] + _reserved_now(deployment, client)
    if free >= wanted + UNRESERVED:
        yield Finding("Lambda concurrency", True, f"{wanted} of {free} executions will be reserved")
        return
    most = limit["ConcurrentExecutions"] + wanted + UNRESERVED - free
    yield Finding(
        "Lambda concurrency",
        False,
        f"the stack reserves {wanted} executions, and {UNRESERVED} must remain unreserved, but {free} are free: request"
        f" {most} or more (aws service-quotas request-service-quota-increase --service-code lambda --quota-code"
        f" L-B99A9384 --desired-value {most})",
    )


def reserved(deployment: Deployment) -> int:
    """Return the executions that the template's functions reserve together."""
    values = (
        resource["Properties"]["ReservedConcurrentExecutions"]
        for resource in deployment.template["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    )
    return sum(int(deployment.parameters[value["Ref"]] if isinstance(value, dict) else value) for value in values)


def _reserved_now(deployment: Deployment, client: Any) -> int:
    """Return what the stack's functions reserve already: an update only changes it."""
    if deployment.is_first:
        return 0
    functions = resources_of(deployment, "AWS::Lambda::Function")
    found = (client.get_function_concurrency(FunctionName=name) for name in functions)
    return sum(answer.get("ReservedConcurrentExecutions", 0) for answer in found)


def resources_of(deployment: Deployment, kind: str) -> list[str]:
    """Return the physical ids of the stack's resources of a type."""
    pages = deployment.clients("cloudformation").get_paginator("list_stack_resources")
    return [
        resource["PhysicalResourceId"]
        for page in pages.paginate(StackName=deployment.stack.name)
        for resource in page["StackResourceSummaries"]
        if resource["ResourceType"] == kind and "PhysicalResourceId" in resource
    ]


def network(deployment: Deployment) -> Iterator[Finding]:
    """The stack's own network takes one VPC and one address."""
    if not (deployment.own_servers and deployment.is_first):
        return
    for service, code, name, operation, key in NETWORK_QUOTAS:
        quota = int(
            deployment.clients("service-quotas").get_service_quota(ServiceCode=service, QuotaCode=code)["Quota"][
                "Value"
            ]
        )
        used = len(getattr(deployment.clients("ec2"), operation)()[key])
        if used < quota:
            yield Finding(name, True, f"{used} of {quota} are in use")
        else:
            remedy = f"request more (quota {code} of {service}), or delete one that nothing uses"
            yield Finding(name, False, f"all {quota} of {deployment.region} are in use: {remedy}")


def cloudfront(deployment: Deployment) -> Iterator[Finding]:
    """AWS lets only verified accounts create distributions, and has no API that says which are.

    The message on creation: "Your account must be verified before you can add new CloudFront resources".
    """
    name = "CloudFront"
    if deployment.clients("cloudfront").list_distributions()["DistributionList"].get("Items"):
        yield Finding(name, True, "the account has a distribution, so it is verified")
    elif deployment.cloudfront_verified:
        yield Finding(name, True, "you say that AWS has verified the account")
    else:
        yield Finding(
            name,
            False,
            "the account has no distribution yet, and AWS refuses accounts that it has not verified: ask AWS Support"
            " (Account and billing, free of charge) whether it is, then repeat this with --cloudfront-verified",
        )


def certificate(deployment: Deployment) -> Iterator[Finding]:
    """CloudFront needs an issued certificate for the domain name, in us-east-1."""
    if not (arn := deployment.parameters["CertificateArn"]):
        return
    domain = deployment.parameters["DomainName"]
    try:
        found = deployment.clients("acm", "us-east-1").describe_certificate(CertificateArn=arn)["Certificate"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        yield Finding("certificate", False, "it does not exist in us-east-1: request it there, whatever your region")
        return
    if found["Status"] != "ISSUED":
        remedy = "create the DNS record that ACM shows, and wait"
        yield Finding("certificate", False, f"its status is {found['Status']}: {remedy}")
    elif not {domain, f"*.{domain.partition('.')[2]}"} & {found["DomainName"], *found["SubjectAlternativeNames"]}:
        yield Finding("certificate", False, f"it is not for {domain}: request one that is")
    else:
        yield Finding("certificate", True, f"it is issued for {domain}")


def names(deployment: Deployment) -> Iterator[Finding]:
    """Queues have fixed names: one region holds one ClassPulse."""
    if not deployment.is_first:
        return
    try:
        deployment.clients("sqs").get_queue_url(QueueName=QUEUE)
    except ClientError as error:
        if "NonExistentQueue" not in error.response["Error"]["Code"] and "QueueDoesNotExist" not in str(error):
            raise
        yield Finding("names", True, f"{deployment.region} has no ClassPulse")
    else:
        remedy = "choose another region, or delete that stack and wait a minute"
        yield Finding("names", False, f"{deployment.region} already has a queue {QUEUE}: {remedy}")
