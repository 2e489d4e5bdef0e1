"""An AWS account for the tests of `make preflight`: moto's.

botocore's Stubber answers the calls that moto does not know, and checks their parameters.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import boto3
from botocore.stub import Stubber

from infra.preflight import stack
from infra.preflight.findings import Check, Deployment, Finding, Stack
from tests.infra.stacks import MAIN

REGION = "eu-central-1"
OPTIONS = {"Engine": "postgres", "DBInstanceClass": "db.t4g.medium", "Vpc": True}
Answer = tuple[str, dict[str, Any], dict[str, Any]]


class Clients:
    """Makes clients of moto, and of Stubbers for the given services."""

    def __init__(self, **stubbed: list[Answer]) -> None:
        self._stubbed = {}
        for service, answers in stubbed.items():
            client: Any = boto3.client(service.replace("_", "-"))
            stubber = Stubber(client)
            for operation, parameters, answer in answers:
                if "Error" in answer:
                    error = answer["Error"]
                    stubber.add_client_error(
                        operation, error["Code"], error.get("Message", ""), expected_params=parameters
                    )
                else:
                    stubber.add_response(operation, answer, parameters)
            stubber.activate()
            self._stubbed[service.replace("_", "-")] = client

    def __call__(self, service: str, region: str | None = None) -> Any:
        return self._stubbed.get(service) or boto3.client(service, region_name=region)


def deployment(
    clients: Clients | None = None,
    existing: Stack | None = None,
    *,
    verified: bool = False,
    given: Mapping[str, str] = MappingProxyType({}),
) -> Deployment:
    existing = existing or Stack("classpulse")
    values = stack.effective(MAIN, existing, given)
    return Deployment(MAIN, values, existing, clients or Clients(), REGION, verified)


def only(check: Check, wanted: Deployment) -> Finding:
    [finding] = check(wanted)
    return finding


def settings(most: int, unreserved: int) -> list[Answer]:
    limit = {"ConcurrentExecutions": most, "UnreservedConcurrentExecutions": unreserved}
    return [("get_account_settings", {}, {"AccountLimit": limit})]


def resources(kind: str, *ids: str) -> Answer:
    listed = [
        {
            "LogicalResourceId": f"Resource{number}",
            "PhysicalResourceId": name,
            "ResourceType": kind,
            "LastUpdatedTimestamp": datetime.now(UTC),
            "ResourceStatus": "CREATE_COMPLETE",
        }
        for number, name in enumerate(ids)
    ]
    return ("list_stack_resources", {"StackName": "classpulse"}, {"StackResourceSummaries": listed})


def offered(*versions: str, multi_az: bool = True) -> Clients:
    options = [{"EngineVersion": v, "MultiAZCapable": multi_az, "StorageType": "gp3"} for v in versions]
    return Clients(rds=[("describe_orderable_db_instance_options", OPTIONS, {"OrderableDBInstanceOptions": options})])
