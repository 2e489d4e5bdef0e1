"""Deploy a package to an emulated AWS by CloudFormation, and say where everything is."""

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
# Resource types that CloudFormation knows and MiniStack does not.
UNKNOWN = ("AWS::ApiGatewayV2::RouteResponse",)
FAILED = ("FAILED", "ROLLBACK_COMPLETE", "DELETE_COMPLETE")


@dataclass(frozen=True)
class Deployed:
    """Where the system is: addresses that this machine reaches."""

    ingest_url: str
    query_url: str
    manage_url: str
    websocket_url: str


def adapted(template: str, endpoint: str, parameters: Mapping[str, str]) -> str:
    """Return the template for MiniStack, as JSON; docs/how-to/emulate-aws.md has the reason for each change."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "packaged.yaml")
        path.write_text(template, encoding="utf-8")
        found = load(path)
    resources: dict[str, Any] = found["Resources"]
    for name in [name for name, resource in resources.items() if resource["Type"] in UNKNOWN]:
        del resources[name]
    # SAM is asked before the parameters are known, so their defaults count.
    found["Parameters"]["GradualDeployments"]["Default"] = "false"
    # A parameter of the type Number stays text, and text compares with no number.
    for scaling in _scaling_configs(resources):
        scaling["MaximumConcurrency"] = int(parameters[scaling["MaximumConcurrency"]["Ref"]])
    # The API's own address is http://<id>.execute-api.localhost, a name that not every machine resolves.
    by_path = {"Fn::Sub": f"ws://{urlsplit(endpoint).netloc}/_aws/execute-api/${{WebSocketApi}}"}
    variables = resources["BroadcastFunction"]["Properties"]["Environment"]["Variables"]
    variables["WEBSOCKET_API_ENDPOINT"] = by_path
    return json.dumps(found)


def _scaling_configs(resources: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield those of event sources whose concurrency is a parameter."""
    for resource in resources.values():
        for source in resource.get("Properties", {}).get("Events", {}).values():
            scaling = source["Properties"].get("ScalingConfig", {})
            if isinstance(scaling.get("MaximumConcurrency"), dict):
                yield scaling


def deploy(package: Package, endpoint: str, parameters: Mapping[str, str]) -> Deployed:
    """Upload, create the stack, wait for it. Raises EmulationError, PackageError."""
    try:
        return _deploy(package, endpoint, parameters)
    except ClientError as error:
        if error.response["Error"]["Code"] == "AlreadyExistsException":
            raise EmulationError(f"{endpoint} has a stack {STACK} already: delete it, or start it anew") from error
        raise EmulationError(f"{endpoint}: {error}") from error
    except BotoCoreError as error:
        raise EmulationError(f"{endpoint}: {error}") from error


def _deploy(package: Package, endpoint: str, parameters: Mapping[str, str]) -> Deployed:
    s3 = client_of("s3", endpoint)
    s3.create_bucket(Bucket=BUCKET)
    template = adapted(upload(package, s3, BUCKET), endpoint, parameters)
    # Over the 51,200 bytes that CloudFormation takes in the request itself.
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
    """Do at once what on AWS the schedule does within a minute: ingest asks for it."""
    found = cloudformation.describe_stack_resource(StackName=STACK, LogicalResourceId="AdministerFunction")
    name = found["StackResourceDetail"]["PhysicalResourceId"]
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
