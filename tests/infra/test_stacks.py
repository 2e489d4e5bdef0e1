"""template.yaml and its nested stacks on AWS: what is asked for, and that no more is allowed than the code needs."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from classpulse.core import metrics

from runner.template.loader import load

ROOT = Path(__file__).parents[2]
POLICY = ROOT / ".venv" / "policy" / "bin"
FILES = ("template.yaml", "infra/network.yaml", "infra/data.yaml", "infra/alarms.yaml")
TEMPLATES: dict[str, dict[str, Any]] = {name: json.loads(json.dumps(load(ROOT / name))) for name in FILES}
MAIN = TEMPLATES["template.yaml"]
RESOURCES: dict[str, dict[str, Any]] = MAIN["Resources"]
ALARMS = TEMPLATES["infra/alarms.yaml"]["Resources"]
SECRET = "a-secret-of-the-tests-0123456789abcdef"
# boto3's method -> the action that IAM asks for.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
ACTIONS = {
    "send_message": "sqs:SendMessage",
    "send_message_batch": "sqs:SendMessage",
    "receive_message": "sqs:ReceiveMessage",
    "delete_message": "sqs:DeleteMessage",
    "change_message_visibility": "sqs:ChangeMessageVisibility",
    "execute-api": "execute-api:ManageConnections",
}
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
EVENT_SOURCE = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}


def of_type(kind: str, template: dict[str, Any] = MAIN) -> dict[str, dict[str, Any]]:
    return {name: item.get("Properties", {}) for name, item in template["Resources"].items() if item["Type"] == kind}


def walk(value: Any) -> Iterator[Any]:
    yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(item)


def references(template: dict[str, Any]) -> set[str]:
    """Return what the template refers to: "X" of !Ref X and ${X}, "X.Y" of !GetAtt X.Y and ${X.Y}."""
    found = set()
    for item in walk(template):
        if isinstance(item, dict) and len(item) == 1:
            [(name, argument)] = item.items()
            if name == "Ref":
                found.add(argument)
            elif name == "Fn::GetAtt":
                found.add(".".join(argument))
            elif name == "Fn::Sub":
                found |= set(re.findall(r"\$\{([^!}]+)\}", argument[0] if isinstance(argument, list) else argument))
    return found


FUNCTIONS = of_type("AWS::Serverless::Function")
QUEUES = of_type("AWS::SQS::Queue")
NESTED = of_type("AWS::CloudFormation::Stack")


@pytest.mark.parametrize("name", sorted(NESTED))
def test_a_nested_stack_gets_its_parameters_and_gives_what_is_asked_of_it(name: str) -> None:
    nested = TEMPLATES[NESTED[name]["TemplateURL"]]
    assert set(NESTED[name].get("Parameters", {})) == set(nested.get("Parameters", {}))
    assert {found for found in references(nested) if "." not in found} >= set(nested.get("Parameters", {}))
    asked = {found.removeprefix(f"{name}.Outputs.") for found in references(MAIN) if found.startswith(f"{name}.")}
    assert asked == set(nested["Outputs"])


def test_what_is_only_there_for_some_is_asked_for_by_nobody_else() -> None:
    """An emulator, and a server of one's own, get by without nested stacks, CodeDeploy and custom resources."""
    for name in NESTED:
        assert RESOURCES[name]["Condition"] in {"OwnServers", "Watched"}
    assert RESOURCES["Migration"]["Condition"] == "Released"
    assert {MAIN["Parameters"][name]["Default"] for name in ("AlarmEmail", "DatabaseUrl")} == {""}
    assert MAIN["Parameters"]["Release"]["Default"] == "none"


# --- queues and alarms --------------------------------------------------------------------------------


def parameter_of(queue: str) -> str:
    [name] = [
        name for name, value in NESTED["Alarms"]["Parameters"].items() if value == {"Fn::GetAtt": [queue, "QueueName"]}
    ]
    return name


def alarms_on(metric: str, dimension: str, parameter: str) -> list[str]:
    wanted = {"Name": dimension, "Value": {"Ref": parameter}}
    return [
        name
        for name, alarm in of_type("AWS::CloudWatch::Alarm", TEMPLATES["infra/alarms.yaml"]).items()
        if alarm.get("MetricName") == metric and wanted in alarm["Dimensions"]
    ]


def test_every_queue_has_dead_letters_with_an_alarm_and_an_alarm_when_it_is_not_drained() -> None:
    policies = [queue["RedrivePolicy"] for queue in QUEUES.values() if "RedrivePolicy" in queue]
    dead = {policy["deadLetterTargetArn"]["Fn::GetAtt"][0] for policy in policies}
    assert len(dead) == len(QUEUES) / 2
    for name, queue in QUEUES.items():
        assert queue["SqsManagedSseEnabled"] is True
        if name in dead:
            [alarm] = alarms_on("ApproximateNumberOfMessagesVisible", "QueueName", parameter_of(name))
            assert ALARMS[alarm]["Properties"]["Threshold"] == 0
        else:
            assert alarms_on("ApproximateAgeOfOldestMessage", "QueueName", parameter_of(name))


def summed(alarm: str, name: str, function: str) -> bool:
    """Whether the alarm is on a sum that has this metric of the function in it, or nothing where there is none."""
    metrics = ALARMS[alarm]["Properties"]["Metrics"]
    assert [metric["Expression"] for metric in metrics if "Expression" in metric] == ["SUM(FILL(METRICS(), 0))"]
    found = [metric["MetricStat"]["Metric"] for metric in metrics if "MetricStat" in metric]
    return {"Ref": function} in [
        dimension["Value"] for metric in found if metric["MetricName"] == name for dimension in metric["Dimensions"]
    ]


@pytest.mark.parametrize("function", sorted(set(FUNCTIONS) - {"MigrateFunction"}))
def test_a_function_that_fails_is_told_of_and_takes_its_release_back(function: str) -> None:
    assert NESTED["Alarms"]["Parameters"][function] == {"Ref": function}
    assert alarms_on("Errors", "FunctionName", function)
    if function == "AdministerFunction":
        return  # It has no traffic that could be shifted.
    assert summed("ReleaseFails", "Errors", function)
    # A function with an address catches what goes wrong, and answers 500.
    assert summed("ReleaseRefuses", "Url5xxCount", function) == ("FunctionUrlConfig" in FUNCTIONS[function])


def test_every_alarm_tells_somebody_and_the_operator_finds_what_to_do() -> None:
    operations = (ROOT / "docs" / "how-to" / "operate.md").read_text()
    alarms = of_type("AWS::CloudWatch::Alarm", TEMPLATES["infra/alarms.yaml"])
    assert ALARMS["Told"]["Properties"]["Subscription"] == [{"Protocol": "email", "Endpoint": {"Ref": "AlarmEmail"}}]
    for name, alarm in alarms.items():
        assert alarm["AlarmActions"] == [{"Ref": "Told"}]
        assert alarm["AlarmDescription"]
        assert alarm["TreatMissingData"] in {"notBreaching", "breaching"}
        assert f"`{name}`" in operations, f"docs/how-to/operate.md does not say what to do about {name}"


def test_the_numbers_that_alarms_and_the_dashboard_show_are_those_that_the_functions_record() -> None:
    recorded = {item.name for item in vars(metrics).values() if isinstance(item, metrics.Metric)}
    body = ALARMS["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    shown = {
        metric[1]
        for widget in json.loads(body)["widgets"]
        for metric in widget["properties"]["metrics"]
        if metric[0] == "ClassPulse"
    }
    alarmed = {
        alarm["Properties"]["MetricName"]
        for alarm in ALARMS.values()
        if alarm["Properties"].get("Namespace") == "ClassPulse"
    }
    assert shown | alarmed <= recorded
    assert shown >= {"EventsAccepted", "EventsStored", "StoreDelay"}


# --- permissions --------------------------------------------------------------------------------------


def statements_of(function: str) -> list[dict[str, Any]]:
    role = RESOURCES[FUNCTIONS[function]["Role"]["Fn::GetAtt"][0]]["Properties"]
    assert role["ManagedPolicyArns"] == [{"Ref": "RunPolicy"}]
    return [item for policy in role.get("Policies", []) for item in policy["PolicyDocument"]["Statement"]]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def queues_of(function: str, action: str) -> set[str]:
    return {
        resource["Fn::GetAtt"][0]
        for statement in statements_of(function)
        if action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }


@cache
def calls_to_aws(function: str) -> frozenset[str]:
    """Return the methods of boto3's clients, and the services signed for, in the adapters that the function imports."""
    variables = FUNCTIONS[function]["Environment"]["Variables"]
    env = {name: f"https://sqs.eu-west-1.amazonaws.com/000000000000/{name}" for name in variables if "QUEUE" in name}
    env |= {
        "DATABASE_URL": "postgresql://user:password@127.0.0.1:1/database",
        "REDIS_URL": "rediss://127.0.0.1:1/0",
        "WEBSOCKET_API_ENDPOINT": "wss://127.0.0.1:1",
        "WEBSOCKET_STAGE": "ws",
        "INGEST_KEY": SECRET,
        "INSTRUCTOR_TOKEN": SECRET,
        "SIGNING_KEY": SECRET,
        "PRIVACY_KEY": SECRET,
        "MAX_EVENTS_PER_STUDENT_PER_MINUTE": "6000",
        "MAX_EVENTS_PER_KEY_PER_MINUTE": "6000",
        "RAW_DATA_DAYS": "90",
        "OPEN_INGEST": "false",
        "DEFAULT_CLASS_ID": "default",
        "LOG_LEVEL": "INFO",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "PYTHONPATH": str(ROOT / "layers/common/python"),
    }
    loaded = "(m.__file__ for n, m in sys.modules.items() if n.startswith('classpulse.'))"
    program = f"import sys, handler; print(*{loaded}, sep='\\n')"
    folder = ROOT / FUNCTIONS[function]["CodeUri"]
    files = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env=env, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    calls = [
        node for file in files for node in ast.walk(ast.parse(Path(file).read_text())) if isinstance(node, ast.Call)
    ]
    methods = {
        call.func.attr
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Attribute)
        and call.func.value.attr == "_client"
    }
    signed = {
        ast.literal_eval(call.args[1])
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "SigV4Auth"
    }
    return frozenset(methods | signed)


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_a_function_may_do_exactly_what_its_code_does(function: str) -> None:
    allowed = {action for statement in statements_of(function) for action in listed(statement["Action"])}
    used = {ACTIONS[call] for call in calls_to_aws(function)}
    sources = [event for event in FUNCTIONS[function].get("Events", {}).values() if event["Type"] == "SQS"]
    assert allowed == used | (EVENT_SOURCE if sources else set())
    for source in sources:
        assert queues_of(function, "sqs:GetQueueAttributes") == {source["Properties"]["Queue"]["Fn::GetAtt"][0]}
    named = {
        value["Ref"] for name, value in FUNCTIONS[function]["Environment"]["Variables"].items() if "QUEUE_URL" in name
    }
    assert queues_of(function, "sqs:SendMessage") == named


def test_no_role_is_shared_and_only_what_knows_no_narrower_resource_is_allowed_on_everything() -> None:
    roles = [properties["Role"]["Fn::GetAtt"][0] for properties in FUNCTIONS.values()]
    assert sorted(roles) == sorted(of_type("AWS::IAM::Role"))
    for name, template in TEMPLATES.items():
        for statement in walk(template):
            if not (isinstance(statement, dict) and {"Effect", "Action"} <= set(statement)):
                continue
            if statement["Effect"] == "Deny" or "Principal" in statement:
                continue
            assert not [action for action in listed(statement["Action"]) if "*" in action], name
            if statement["Resource"] == "*":
                assert {action.split(":")[0] for action in statement["Action"]} <= {"xray", "ec2"}


def test_logs_are_kept_for_as_long_as_is_asked_and_every_function_writes_there() -> None:
    for template in TEMPLATES.values():
        assert all("RetentionInDays" in group for group in of_type("AWS::Logs::LogGroup", template).values())
    settings = MAIN["Globals"]["Function"]
    assert settings["LoggingConfig"] == {"LogFormat": "JSON", "LogGroup": {"Ref": "Logs"}}
    assert settings["Tracing"] == "Active"
    assert not [name for name, properties in FUNCTIONS.items() if {"LoggingConfig", "Tracing"} & set(properties)]


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_concurrency_is_reserved_and_an_event_source_uses_no_more(function: str) -> None:
    reserved = FUNCTIONS[function]["ReservedConcurrentExecutions"]
    for event in FUNCTIONS[function].get("Events", {}).values():
        if event["Type"] == "SQS":
            assert event["Properties"]["ScalingConfig"]["MaximumConcurrency"] == reserved


def test_servers_are_reached_by_functions_alone() -> None:
    for name in ("infra/network.yaml", "infra/data.yaml"):
        for group in of_type("AWS::EC2::SecurityGroup", TEMPLATES[name]).values():
            assert all("CidrIp" not in rule for rule in group.get("SecurityGroupIngress", []))
    data = TEMPLATES["infra/data.yaml"]["Resources"]
    assert data["Proxy"]["Properties"]["RequireTLS"] is True
    assert data["Redis"]["Properties"]["TransitEncryptionMode"] == "required"
    assert data["Database"]["DeletionPolicy"] == data["Database"]["UpdateReplacePolicy"] == "Snapshot"
    for variable, scheme in (("DATABASE_URL", "sslmode=verify-full"), ("REDIS_URL", "rediss://")):
        for properties in FUNCTIONS.values():
            if url := properties["Environment"]["Variables"].get(variable):
                assert scheme in url["Fn::If"][1]["Fn::Sub"]


NETWORK = TEMPLATES["infra/network.yaml"]


def way_out_of(subnet: str) -> str:
    """Return the type of what a subnet's traffic to elsewhere goes through."""
    [table] = [
        item["RouteTableId"]
        for item in of_type("AWS::EC2::SubnetRouteTableAssociation", NETWORK).values()
        if item["SubnetId"] == {"Ref": subnet}
    ]
    [route] = [route for route in of_type("AWS::EC2::Route", NETWORK).values() if route["RouteTableId"] == table]
    assert route["DestinationCidrBlock"] == "0.0.0.0/0"
    [target] = [value["Ref"] for key, value in route.items() if key.endswith("GatewayId")]
    kind: str = NETWORK["Resources"][target]["Type"]
    return kind


def test_private_subnets_are_in_two_zones_and_leave_by_the_nat_gateway() -> None:
    private = [subnet["Ref"] for subnet in NETWORK["Outputs"]["PrivateSubnets"]["Value"]["Fn::Join"][1]]
    subnets = of_type("AWS::EC2::Subnet", NETWORK)
    zones = [subnets[name]["AvailabilityZone"]["Fn::Select"][0] for name in private]
    assert len(set(zones)) == len(private) == 2
    assert not [name for name in private if "MapPublicIpOnLaunch" in subnets[name]]
    assert {way_out_of(name) for name in private} == {"AWS::EC2::NatGateway"}
    [gateway] = of_type("AWS::EC2::NatGateway", NETWORK).values()
    assert gateway["SubnetId"]["Ref"] not in private
    assert way_out_of(gateway["SubnetId"]["Ref"]) == "AWS::EC2::InternetGateway"


def test_events_and_the_migrations_answer_do_not_leave_the_network_and_connections_do() -> None:
    endpoints = of_type("AWS::EC2::VPCEndpoint", NETWORK).values()
    assert {item["ServiceName"]["Fn::Sub"].rpartition(".")[2]: item["VpcEndpointType"] for item in endpoints} == {
        "sqs": "Interface",
        "s3": "Gateway",  # an execute-api endpoint would hide @connections: docs/decisions/0009
    }


# --- what AWS makes of it -----------------------------------------------------------------------------

TRANSFORM = """
import json, logging, sys
logging.disable()
from samtranslator.translator.transform import transform
template, parameters = json.load(sys.stdin)
class NoPolicies:
    def load(self): return {}
json.dump(transform(template, parameters, NoPolicies()), sys.stdout)
"""


@cache
def transformed(**parameters: str) -> dict[str, dict[str, Any]]:
    """Return the resources that AWS's own SAM translator makes of template.yaml."""
    assert POLICY.is_dir(), "the SAM translator is missing: run `make lint`"
    template = json.loads(json.dumps(MAIN))
    for resource in template["Resources"].values():
        for key in ("CodeUri", "ContentUri"):
            if key in resource.get("Properties", {}):
                resource["Properties"][key] = f"s3://artefacts/{resource['Properties'][key]}"
    found = subprocess.run(
        [POLICY / "python", "-c", TRANSFORM],
        input=json.dumps([template, parameters]),
        env=os.environ | {"AWS_DEFAULT_REGION": "eu-west-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    resources: dict[str, dict[str, Any]] = json.loads(found.stdout)["Resources"]
    return resources


def made(kind: str, **parameters: str) -> dict[str, dict[str, Any]]:
    return {n: r.get("Properties", {}) for n, r in transformed(**parameters).items() if r["Type"] == kind}


def test_whatever_invokes_a_function_invokes_its_alias() -> None:
    aliases = {f"{function}Aliaslive" for function in FUNCTIONS}
    assert set(made("AWS::Lambda::Alias", Release="1700000000")) == aliases
    targets = [
        *(item["FunctionName"] for item in made("AWS::Lambda::EventSourceMapping", Release="1700000000").values()),
        *(item["FunctionName"] for item in made("AWS::Lambda::Permission", Release="1700000000").values()),
        *(item["TargetFunctionArn"] for item in made("AWS::Lambda::Url", Release="1700000000").values()),
        *(t["Arn"] for item in made("AWS::Events::Rule", Release="1700000000").values() for t in item["Targets"]),
    ]
    assert len(targets) == 3 + (3 * 2 + 2 + 3) + 3 + 2
    assert {target["Ref"] for target in targets} <= aliases
    for integration in made("AWS::ApiGatewayV2::Integration", Release="1700000000").values():
        assert re.search(
            r"functions/\$\{\w+Function\.Arn\}:live/invocations$", integration["IntegrationUri"]["Fn::Sub"]
        )


def test_a_new_release_publishes_every_function_and_is_shifted_to_step_by_step() -> None:
    versions = set(made("AWS::Lambda::Version", Release="1700000000"))
    assert len(versions) == len(FUNCTIONS)
    assert versions.isdisjoint(made("AWS::Lambda::Version", Release="1700000001"))
    groups = made("AWS::CodeDeploy::DeploymentGroup", Release="1700000000")
    for function in FUNCTIONS:
        alias = transformed(Release="1700000000")[f"{function}Aliaslive"]
        group = groups[alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]["DeploymentGroupName"]["Ref"]]
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
        [condition, alarms, _] = group["AlarmConfiguration"]["Fn::If"]
        assert (condition, alarms["Enabled"]) == ("Watched", True)
        watched = [alarm["Name"]["Fn::GetAtt"] for alarm in alarms["Alarms"]]
        assert watched == [["Alarms", "Outputs.ReleaseFails"], ["Alarms", "Outputs.ReleaseRefuses"]]
        how = group["DeploymentConfigName"]["Fn::Sub"][1]["ConfigName"]
        at_once = function in {"AdministerFunction", "MigrateFunction"}
        assert how == ("AllAtOnce" if at_once else "Canary10Percent5Minutes")


def test_every_function_but_the_migrations_waits_for_the_migrations() -> None:
    for function in FUNCTIONS:
        description = json.dumps(transformed(Release="1700000000")[function]["Properties"]["Description"])
        assert ("${Migration.revision}" in description) == (function != "MigrateFunction")
        assert "1700000000" in description  # It makes CloudFormation read the secrets anew.


def test_an_emulator_is_asked_for_no_codedeploy() -> None:
    kinds = {resource["Type"] for resource in transformed(GradualDeployments="false").values()}
    assert not [kind for kind in kinds if "CodeDeploy" in kind]


# --- policies -----------------------------------------------------------------------------------------


def exceptions() -> set[tuple[str, str]]:
    found = set()
    for template in TEMPLATES.values():
        for name, resource in template["Resources"].items():
            for skip in resource.get("Metadata", {}).get("checkov", {}).get("skip", []):
                assert len(skip["comment"]) > 20, f"{name}: say why {skip['id']} does not hold"
                found.add((name, skip["id"]))
    return found


def test_the_policies_hold_but_for_the_exceptions_that_say_why_and_none_is_out_of_date(tmp_path: Path) -> None:
    assert POLICY.is_dir(), "the policy check is missing: run `make lint`"
    for name, template in TEMPLATES.items():
        bare = json.loads(json.dumps(template))
        for resource in bare["Resources"].values():
            resource.pop("Metadata", None)
        (tmp_path / Path(name).name).write_text(yaml.safe_dump(bare))
    command = [POLICY / "python", "-m", "checkov.main", "--framework", "cloudformation"]
    command += ["--output", "json", "--skip-download", "--compact"]
    found = subprocess.run(
        [*command, "--directory", tmp_path], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    failed = json.loads(found.stdout)["results"]["failed_checks"]
    assert {(check["resource"].rpartition(".")[2], check["check_id"]) for check in failed} == exceptions()
