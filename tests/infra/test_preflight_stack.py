"""`make preflight`: the checks of a stack that exists, and the command."""

import io
import json
import zipfile
from typing import Any

import boto3
import pytest

from infra.preflight import account, stack
from infra.preflight.__main__ import CHECKS, findings, main
from infra.preflight.findings import Finding, Stack, run
from tests.infra.preflight_account import Answer, Clients, deployment, offered, only, resources, settings
from tests.infra.stacks import MAIN

pytestmark = pytest.mark.usefixtures("aws")
ARN = "arn:aws:lambda:eu-central-1:123456789012:function"


def a_function(name: str) -> Any:
    """Create a function with one version, and return the client."""
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}]}
    role = boto3.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("handler.py", "def handler(event, context): ...\n")
    client = boto3.client("lambda")
    client.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=role,
        Handler="handler.handler",
        Code={"ZipFile": archive.getvalue()},
        Publish=True,
    )
    return client


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        ("ROLLBACK_COMPLETE", "aws cloudformation delete-stack --stack-name classpulse"),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback"),
        ("UPDATE_IN_PROGRESS", "wait until that is complete"),
    ],
)
def test_a_stack_that_cannot_be_updated_names_the_way_out(status: str, remedy: str) -> None:
    assert remedy in only(stack.status, deployment(existing=Stack("classpulse", status))).text
    assert only(stack.status, deployment()).ok
    assert only(stack.status, deployment(existing=Stack("classpulse", "UPDATE_ROLLBACK_COMPLETE"))).ok


def test_an_alias_that_was_moved_by_hand_is_found_before_the_next_release() -> None:
    client = a_function("ingest")
    client.create_alias(FunctionName="ingest", Name="live", FunctionVersion="1")
    existing = Stack("classpulse", "UPDATE_COMPLETE")

    def found(version: str, **given: str) -> list[Finding]:
        listed = resources("AWS::Lambda::Version", f"{ARN}:ingest:{version}")
        return list(stack.aliases(deployment(Clients(cloudformation=[listed]), existing, given=given)))

    assert [finding.ok for finding in found("1")] == [True]
    [moved] = found("2")  # CloudFormation set version 2, and somebody went back to 1
    assert not moved.ok
    assert "ingest was moved by hand" in moved.text
    assert "GradualDeployments=false" in moved.text
    assert found("2", GradualDeployments="false") == []
    client.update_alias(
        FunctionName="ingest", Name="live", RoutingConfig={"AdditionalVersionWeights": {"$LATEST": 0.1}}
    )
    assert [finding.ok for finding in found("1")] == [False]


def test_the_database_is_protected_after_the_first_success() -> None:
    existing = Stack("classpulse", "CREATE_COMPLETE", {"ProtectData": "false"})
    assert list(stack.protection(deployment())) == []
    assert "until the first deployment" in only(stack.protection, deployment(given={"ProtectData": "true"})).text
    assert "add ProtectData=true" in only(stack.protection, deployment(existing=existing)).text
    assert only(stack.protection, deployment(existing=existing, given={"ProtectData": "true"})).ok
    assert only(stack.protection, deployment(existing=Stack("classpulse", "X", {"ProtectData": "true"}))).ok


def test_the_stack_is_read_with_its_parameters() -> None:
    assert stack.read(Clients(), "classpulse") == Stack("classpulse")
    boto3.client("cloudformation").create_stack(
        StackName="classpulse",
        TemplateBody=json.dumps(
            {
                "Parameters": {"PostgresVersion": {"Type": "String"}},
                "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
            }
        ),
        Parameters=[{"ParameterKey": "PostgresVersion", "ParameterValue": "16"}],
    )
    found = stack.read(Clients(), "classpulse")
    assert (found.status, found.parameters) == ("CREATE_COMPLETE", {"PostgresVersion": "16"})
    assert stack.effective(MAIN, found, {})["PostgresVersion"] == "16"
    assert stack.effective(MAIN, found, {"PostgresVersion": "17"})["PostgresVersion"] == "17"


def test_a_check_that_aws_refuses_is_a_failure() -> None:
    denied: list[Answer] = [("get_account_settings", {}, {"Error": {"Code": "AccessDeniedException"}})]
    [finding] = run("Lambda concurrency", account.concurrency, deployment(Clients(**{"lambda": denied})))
    assert not finding.ok
    assert finding.text.startswith("not checked, because GetAccountSettings answered AccessDeniedException: sign in")


def test_every_check_runs_and_reads_only() -> None:
    clients = offered("17.5")
    clients._stubbed |= Clients(
        **{"lambda": settings(1000, 1000)},
        service_quotas=[
            ("get_service_quota", {"ServiceCode": service, "QuotaCode": code}, {"Quota": {"Value": 5}})
            for service, code, *_ in account.NETWORK_QUOTAS
        ],
        elasticache=[
            (
                "describe_cache_engine_versions",
                {"Engine": "redis", "EngineVersion": "7.1"},
                {"CacheEngineVersions": [{"EngineVersion": "7.1"}]},
            )
        ],
    )._stubbed
    found = list(findings(deployment(clients, verified=True)))
    assert [finding for finding in found if not finding.ok] == []
    assert {finding.check for finding in found} >= set(CHECKS) - {"network", "own servers", "certificate"} - {
        "aliases",
        "protection",
    }


def test_the_command_reports_failures_by_its_status(capsys: pytest.CaptureFixture[str]) -> None:
    """moto does not know every call, as if AWS refused it: the command goes on, and fails."""
    assert main(["DatabaseUrl=postgresql://host/db", "RedisUrl=rediss://host/0"]) == 1
    output = capsys.readouterr().out
    assert "classpulse in eu-central-1, account 123456789012" in output
    assert "FAILED  DatabaseUrl: sslmode=prefer does not check" in output
    assert "Nothing was created or changed." in output
    with pytest.raises(SystemExit):
        main(["NoSuchParameter=1"])
    assert "NoSuchParameter=1 is not NAME=VALUE" in capsys.readouterr().err


def test_the_command_asks_for_a_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    with pytest.raises(SystemExit, match="export AWS_DEFAULT_REGION"):
        main([])
