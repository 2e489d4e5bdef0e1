"""Deploy a package to an emulated AWS with CloudFormation, and return its addresses."""

import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from infra.emulation.errors import EmulationError
from infra.emulation.session import client_of
from infra.package.build import Package
from infra.package.upload import upload
from runner.template.loader import load

BUCKET = "classpulse-artefacts"
STACK = "classpulse"
DEPLOY_SECONDS = 180.0
# Resource types that MiniStack does not support.
UNSUPPORTED = ("AWS::ApiGatewayV2::RouteResponse",)
FAILED = ("FAILED", "ROLLBACK_COMPLETE", "DELETE_COMPLETE")


@dataclass(frozen=True)
class Deployed:
    """The addresses of the deployed system, as this machine reaches them."""

    ingest_url: str
    query_url: str
    manage_url: str
    websocket_url: str


def adapted(template: str, endpoint: str, parameters: Mapping[str, str]) -> str:
    """Return the template as JSON, adapted to MiniStack's limits; docs/how-to/emulate-aws.md gives the reasons."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "packaged.yaml")
        path.write_text(template, encoding="utf-8")
        document = load(path)
    resources: dict[str, Any] = document["Resources"]
    for name in [name for name, resource in resources.items() if resource["Type"] in UNSUPPORTED]:
        del resources[name]
    # MiniStack runs the SAM transform before it applies parameters, so the defaults count.
    document["Parameters"]["GradualDeployments"]["Default"] = "false"
    # MiniStack keeps Number parameters as text, which it cannot compare with numbers.
    for scaling in _scaling_configs(resources):
        scaling["MaximumConcurrency"] = int(parameters[scaling["MaximumConcurrency"]["Ref"]])
    # The API's own host name, <id>.execute-api.localhost, does not resolve on every machine.
    by_path = {"Fn::Sub": f"ws://{urlsplit(endpoint).netloc}/_aws/execute-api/${{WebSocketApi}}"}
    variables = resources["BroadcastFunction"]["Properties"]["Environment"]["Variables"]
    variables["WEBSOCKET_API_ENDPOINT"] = by_path
    return json.dumps(document)


def _scaling_configs(resources: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the ScalingConfigs whose concurrency is a parameter."""
    for resource in resources.values():
        for source in resource.get("Properties", {}).get("Events", {}).values():
            scaling = source["Properties"].get("ScalingConfig", {})
            if isinstance(scaling.get("MaximumConcurrency"), dict):
                yield scaling


def deploy(package: Package, endpoint: str, parameters: Mapping[str, str]) -> Deployed:
    """Upload the package, create the stack, and wait until it is complete. Raises EmulationError, PackageError."""
    try:
        return _deploy(package, endpoint, parameters)
    except ClientError as error:
        if error.response["Error"]["Code"] == "AlreadyExistsException":
            raise EmulationError(
                f"{endpoint} already has a stack {STACK}: delete it, or restart the emulator"
            ) from error
        raise EmulationError(f"{endpoint}: {error}") from error
    except BotoCoreError as error:
        raise EmulationError(f"{endpoint}: {error}") from error


def _deploy(package: Package, endpoint: str, parameters: Mapping[str, str]) -> Deployed:
    s3 = client_of("s3", endpoint)
    s3.create_bucket(Bucket=BUCKET)
    template = adapted(upload(package, s3, BUCKET), endpoint, parameters)
    # The template exceeds the 51,200 bytes that CloudFormation accepts in the request itself.
    s3.put_object(Bucket=BUCKET, Key="template.json", Body=template.encode())
    cloudformation = client_of("cloudformation", endpoint)
    cloudformation.create_stack(
        StackName=STACK,
        TemplateURL=f"{endpoint}/{BUCKET}/template.json",
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    _wait(cloudformation)
    functions = client_of("lambda", endpoint)
    _publish(cloudformation, functions)
    return _addresses(cloudformation, functions, endpoint)


def _publish(cloudformation: Any, functions: Any) -> None:
    """Publish keys and policies at once, as ingest needs them; on AWS, the schedule does so within a minute."""
    described = cloudformation.describe_stack_resource(StackName=STACK, LogicalResourceId="AdministerFunction")
    name = described["StackResourceDetail"]["PhysicalResourceId"]
    answer = functions.invoke(FunctionName=name, Qualifier="live", Payload=b'{"command": "publish"}')
    if "FunctionError" in answer:
        raise EmulationError(f"AdministerFunction failed: {answer['Payload'].read().decode()}")


def _wait(cloudformation: Any) -> None:
    deadline = time.monotonic() + DEPLOY_SECONDS
    while True:
        status = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]
        if status == "CREATE_COMPLETE":
            return
        if status.endswith(FAILED) or time.monotonic() > deadline:
            raise EmulationError(f"the stack is {status}:\n{_reasons(cloudformation)}")
        time.sleep(0.2)


def _reasons(cloudformation: Any) -> str:
    events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
    return "\n".join(
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
        for event in reversed(events)
        if event["ResourceStatus"].endswith("FAILED")
    )


def _addresses(cloudformation: Any, functions: Any, endpoint: str) -> Deployed:
    resources = cloudformation.describe_stack_resources(StackName=STACK)["StackResources"]
    ids = {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}

    def url_of(function: str) -> str:
        url = functions.get_function_url_config(FunctionName=ids[function], Qualifier="live")["FunctionUrl"]
        return f"{endpoint}/_aws/lambda-url/{(urlsplit(url).hostname or '').partition('.')[0]}"

    host = urlsplit(endpoint).netloc
    return Deployed(
        ingest_url=f"{url_of('IngestFunction')}/api/v1/events",
        query_url=url_of("QueryFunction"),
        manage_url=url_of("ManageFunction"),
        websocket_url=f"ws://{host}/_aws/execute-api/{ids['WebSocketApi']}/{ids['WebSocketStage']}",
    )
