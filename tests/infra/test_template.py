"""Conventions shared by the template, the handlers and the documents."""

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from classpulse.core.postgres import STATEMENT_SECONDS
from classpulse.queues.redis_marks import MARK_SECONDS
from classpulse.queues.tries import SHARE_OF_A_MESSAGE

ROOT = Path(__file__).parents[2]
HEAVY = {"fastapi", "sqlalchemy", "influxdb_client", "boto3", "mangum"}
# The heavy packages that each function may import in a cold start.
BUDGET = {
    "ingest": {"fastapi", "mangum"},
    "consume": {"sqlalchemy"},
    "persist_series": {"sqlalchemy"},
    "broadcast": {"sqlalchemy", "boto3"},
    "connect": set(),
    "disconnect": set(),
    "message": set(),
    "query": {"fastapi", "mangum", "sqlalchemy"},
    "manage": {"fastapi", "mangum", "sqlalchemy"},
    "administer": {"sqlalchemy", "boto3"},
}
SECRET = "a-secret-of-the-tests-0123456789"
ENVIRONMENT = {
    "DATABASE_URL": "postgresql://user:password@127.0.0.1:1/database",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "WEBSOCKET_API_ENDPOINT": "ws://127.0.0.1:1",
    "WEBSOCKET_STAGE": "ws",
    "DEFAULT_CLASS_ID": "default",
    "OPEN_INGEST": "false",
    "STANDING_TICKET": "",
    "ORIGIN_SECRET": "",
    "LOG_LEVEL": "INFO",
    "CA_CERTIFICATE": "",
    "MAX_EVENTS_PER_STUDENT_PER_MINUTE": "0",
    "MAX_EVENTS_PER_KEY_PER_MINUTE": "0",
    "MAX_EVENTS_PER_PATH_KEY_PER_MINUTE": "0",
    "SIGNING_KEY": SECRET,
    "PREVIOUS_SIGNING_KEY": "",
    "PRIVACY_KEY": SECRET,
    "OIDC_ISSUER": "",
    "OIDC_CLIENT_ID": "",
    "OIDC_CLIENT_SECRET": "",
    "OIDC_NAME": "",
    "PUBLIC_URL": "",
    "INGEST_KEY": SECRET,
    "INSTRUCTOR_TOKEN": SECRET,
    "INFLUXDB_URL": "",
    "INFLUXDB_TOKEN": "",
    "INFLUXDB_ORG": "",
    "INFLUXDB_BUCKET": "",
    "RAW_DATA_DAYS": "90",
    "CLASS_DAYS": "365",
    "AUDIT_DAYS": "365",
    "ERASURE_JOURNAL_URL": "file:/tmp/erasures.journal",
}


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms, each as {tag: value}."""


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        return {suffix: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {suffix: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {suffix: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _short_form)
TEMPLATE = yaml.load((ROOT / "template.yaml").read_text(), _Loader)
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
FUNCTIONS = {
    Path(resource["Properties"]["CodeUri"]).name: resource["Properties"]
    for resource in RESOURCES.values()
    if resource["Type"] == "AWS::Serverless::Function"
}


def own_variables(function: str) -> dict[str, Any]:
    found: dict[str, Any] = FUNCTIONS[function].get("Environment", {}).get("Variables", {})
    return found


def environment_of(function: str) -> dict[str, Any]:
    of_all: dict[str, Any] = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    return of_all | own_variables(function)


def test_the_functions_are_the_folders() -> None:
    folders = {path.parent.name for path in ROOT.glob("functions/*/handler.py")}
    assert set(FUNCTIONS) == folders | {"migrations"}


# Records the variables that a function reads; prints them and the imported heavy packages.
PROGRAM = f"""
import os, sys
read = set()
class Remembering(dict):
    def get(self, name, default=None):
        read.add(name)
        return super().get(name, default)
    def __getitem__(self, name):
        read.add(name)
        return super().__getitem__(name)
os.environ = Remembering(os.environ)
import handler
handler.handler
print(*sorted({HEAVY!r} & set(sys.modules)))
print(*sorted(read))
"""


@pytest.mark.parametrize("function", sorted(BUDGET))
def test_a_handler_imports_with_its_own_variables_and_within_its_budget(function: str) -> None:
    queues = {name: "redis://127.0.0.1:1/0#queue" for name in environment_of(function) if name.endswith("QUEUE_URL")}
    env = {name: ENVIRONMENT.get(name) or queues.get(name, "") for name in environment_of(function)}
    found = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT / "functions" / function,
        env=env | {"PYTHONPATH": str(ROOT / "layers/common/python"), "AWS_DEFAULT_REGION": "eu-west-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    heavy, read = (set(line.split()) for line in found.stdout.splitlines())
    assert heavy <= BUDGET[function]
    # These are read only if another is set.
    optional = {name for name in env if name.startswith(("OIDC_", "INFLUXDB_"))} | {"PUBLIC_URL"}
    assert own_variables(function).keys() - read <= optional


@pytest.mark.parametrize("function", sorted(BUDGET))
def test_a_handler_is_10_to_30_lines_or_less(function: str) -> None:
    lines = (ROOT / "functions" / function / "handler.py").read_text().splitlines()
    assert len(lines) <= 30


def test_every_queue_has_a_dead_letter_queue_and_encryption() -> None:
    queues = {name: r["Properties"] for name, r in RESOURCES.items() if r["Type"] == "AWS::SQS::Queue"}
    assert len(queues) == 6
    for name, properties in queues.items():
        assert properties["SqsManagedSseEnabled"] is True
        if not name.endswith("DeadLetterQueue"):
            target = properties["RedrivePolicy"]["deadLetterTargetArn"]["GetAtt"].split(".")[0]
            assert target in queues
            assert target.endswith("DeadLetterQueue")


def test_every_event_source_reports_partial_failures_and_is_slower_than_its_visibility_timeout() -> None:
    sources = 0
    for properties in FUNCTIONS.values():
        for source in properties.get("Events", {}).values():
            if source["Type"] != "SQS":
                continue
            sources += 1
            assert source["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
            queue = RESOURCES[source["Properties"]["Queue"]["GetAtt"].split(".")[0]]["Properties"]
            timeout = properties.get("Timeout", TEMPLATE["Globals"]["Function"]["Timeout"])
            assert queue["VisibilityTimeout"] > timeout
            # A try by itself has the time in which a statement fails with its own error, and leaves its mark for as
            # long as its message can come again.
            assert SHARE_OF_A_MESSAGE * timeout > STATEMENT_SECONDS
            assert queue["VisibilityTimeout"] * queue["RedrivePolicy"]["maxReceiveCount"] < MARK_SECONDS
    assert sources == 3


def test_every_variable_is_read_by_the_config_and_documented() -> None:
    variables = {name for function in FUNCTIONS for name in environment_of(function)}
    config = (ROOT / "layers/common/python/classpulse/core/config.py").read_text()
    bootstrap = "".join(
        (ROOT / f"layers/common/python/classpulse/{name}.py").read_text() for name in ("bootstrap", "bootstrap_http")
    )
    documented = (ROOT / "docs/reference/settings.md").read_text()
    for name in variables:
        assert name in config + bootstrap, f"{name} is set and never read"
        assert f"`{name}`" in documented, f"{name} is not in docs/reference/settings.md"
    for name in re.findall(r'env, "([A-Z_]+)"|env\.get\("([A-Z_]+)"', config):
        assert f"`{name[0] or name[1]}`" in documented


def test_only_the_config_reads_the_environment() -> None:
    package = ROOT / "layers/common/python/classpulse"
    readers = {path.name for path in package.rglob("*.py") if reads_the_environment(ast.parse(path.read_text()))}
    assert readers == {"config.py"}


def reads_the_environment(module: ast.Module) -> bool:
    """Return whether a module uses os.environ or os.getenv; a text may contain the words."""
    names = {"environ", "environb", "getenv", "getenvb"}
    return any(
        (isinstance(node, ast.Attribute) and node.attr in names)
        or (isinstance(node, ast.ImportFrom) and node.module == "os" and names & {name.name for name in node.names})
        for node in ast.walk(module)
    )


def test_every_parameter_is_used() -> None:
    text = (ROOT / "template.yaml").read_text()
    for name in TEMPLATE["Parameters"]:
        assert re.search(rf"!Ref {name}\b", text), f"{name} is never used"
