"""The roles of the functions allow exactly the calls of their code."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.infra.stacks import FUNCTIONS, RESOURCES, ROOT, TEMPLATES, of_type, walk

SECRET = "a-secret-of-the-tests-0123456789abcdef"
# boto3's method -> the IAM action that it requires.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
ACTIONS = {
    "send_message": "sqs:SendMessage",
    "send_message_batch": "sqs:SendMessage",
    "receive_message": "sqs:ReceiveMessage",
    "delete_message": "sqs:DeleteMessage",
    "change_message_visibility": "sqs:ChangeMessageVisibility",
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
    "put_object": "s3:PutObject",
    "list_objects_v2": "s3:ListBucket",
    "execute-api": "execute-api:ManageConnections",
}
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
EVENT_SOURCE = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}


def statements_of(function: str) -> list[dict[str, Any]]:
    role = RESOURCES[FUNCTIONS[function]["Role"]["Fn::GetAtt"][0]]["Properties"]
    assert role["ManagedPolicyArns"] == [{"Ref": "RunPolicy"}]
    items = [item for policy in role.get("Policies", []) for item in policy["PolicyDocument"]["Statement"]]
    return [item["Fn::If"][1] if "Fn::If" in item else item for item in items]


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
def modules_of(function: str) -> tuple[ast.Module, ...]:
    """Return the syntax trees of our modules that the function imports."""
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
        "MAX_EVENTS_PER_PATH_KEY_PER_MINUTE": "6000",
        "RAW_DATA_DAYS": "90",
        "CLASS_DAYS": "365",
        "AUDIT_DAYS": "365",
        "ERASURE_JOURNAL_URL": "s3://bucket/tombstones",
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
    return tuple(ast.parse(Path(file).read_text()) for file in files)


def calls_in(module: ast.Module) -> list[ast.Call]:
    return [node for node in ast.walk(module) if isinstance(node, ast.Call)]


def calls_to_aws(function: str) -> set[str]:
    """Return the methods of boto3's clients, and the services signed for, in the adapters that the function imports."""
    calls = [call for module in modules_of(function) for call in calls_in(module)]
    methods = {
        call.func.attr
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Attribute)
        and call.func.value.attr == "_client"
    }
    return methods | {ast.literal_eval(call.args[1]) for call in calls if signs(call)}


def signs(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "SigV4Auth"


def verbs_of(function: str) -> set[str]:
    """Return the HTTP methods of the requests that the function signs itself: the ARN of execute-api names them."""
    return {
        ast.literal_eval(call.args[0])
        for module in modules_of(function)
        if any(signs(call) for call in calls_in(module))
        for call in calls_in(module)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "_request"
    }


def allowed_verbs_of(function: str) -> set[str]:
    """Return the HTTP methods on @connections that the function's role allows."""
    found = set()
    for statement in statements_of(function):
        if "execute-api:ManageConnections" in listed(statement["Action"]):
            for resource in listed(statement["Resource"]):
                matched = re.search(
                    r"\$\{WebSocketApi\}/\$\{WebSocketStage\}/(.+)/@connections/\*$", resource["Fn::Sub"]
                )
                assert matched, resource
                found.add(matched[1])
    return found


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_a_role_allows_exactly_the_calls_of_its_function(function: str) -> None:
    allowed = {action for statement in statements_of(function) for action in listed(statement["Action"])}
    used = {ACTIONS[call] for call in calls_to_aws(function)}
    sources = [event for event in FUNCTIONS[function].get("Events", {}).values() if event["Type"] == "SQS"]
    assert allowed == used | (EVENT_SOURCE if sources else set())
    drained = {source["Properties"]["Queue"]["Fn::GetAtt"][0] for source in sources}
    variables = FUNCTIONS[function]["Environment"]["Variables"]
    named = {name: value["Ref"] for name, value in variables.items() if "QUEUE_URL" in name}
    for action in {action for action in allowed if action.startswith("sqs:")}:
        # A function sends to all its queues; it reads dead-letter queues only, besides the queue that it drains.
        own = {queue for name, queue in named.items() if action == "sqs:SendMessage" or "DEAD_LETTER" in name}
        assert queues_of(function, action) == (own if action in used else set()) | (
            drained if action in EVENT_SOURCE else set()
        )


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_a_role_allows_exactly_the_http_methods_of_its_function(function: str) -> None:
    assert allowed_verbs_of(function) == verbs_of(function)


def test_broadcast_may_push_to_a_socket_and_close_it() -> None:
    assert verbs_of("BroadcastFunction") == {"POST", "DELETE"}


def test_no_role_is_shared_and_only_actions_without_a_narrower_resource_allow_all() -> None:
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
