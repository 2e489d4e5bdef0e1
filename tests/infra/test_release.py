"""template.yaml as transformed by the SAM translator of AWS: aliases, versions and gradual releases."""

import json
import os
import re
import subprocess
from functools import cache
from typing import Any

from tests.infra.stacks import FUNCTIONS, MAIN, POLICY

CANARIES = {"IngestFunction", "QueryFunction", "ManageFunction", "ConnectFunction", "MessageFunction"}
# Invoked once an hour or minute, at the end of a socket, or once a release.
RARE = {"AdministerFunction", "DisconnectFunction", "MigrateFunction"}
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


def test_every_trigger_invokes_the_alias_of_its_function() -> None:
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


def test_a_release_publishes_every_function_and_is_rolled_back_on_an_alarm() -> None:
    versions = set(made("AWS::Lambda::Version", Release="1700000000"))
    assert len(versions) == len(FUNCTIONS)
    assert versions.isdisjoint(made("AWS::Lambda::Version", Release="1700000001"))
    groups = made("AWS::CodeDeploy::DeploymentGroup", Release="1700000000")
    for function in CANARIES:
        alias = transformed(Release="1700000000")[f"{function}Aliaslive"]
        group = groups[alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]["DeploymentGroupName"]["Ref"]]
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
        [condition, alarms, _] = group["AlarmConfiguration"]["Fn::If"]
        assert (condition, alarms["Enabled"]) == ("Watched", True)
        watched = [alarm["Name"]["Fn::GetAtt"] for alarm in alarms["Alarms"]]
        assert watched == [["Alarms", "Outputs.ReleaseFails"], ["Alarms", "Outputs.ReleaseRefuses"]]
        assert group["DeploymentConfigName"]["Fn::Sub"][1]["ConfigName"] == "Canary10Percent5Minutes"


def test_only_functions_that_answer_requests_shift_their_traffic() -> None:
    """A canary needs invocations, and failures that an alarm sees; a drained queue's failures are partial responses."""
    resources = transformed(Release="1700000000")
    shifted = {function for function in FUNCTIONS if "UpdatePolicy" in resources[f"{function}Aliaslive"]}
    drained = {
        function
        for function, properties in FUNCTIONS.items()
        if any(event["Type"] == "SQS" for event in properties.get("Events", {}).values())
    }
    assert shifted == CANARIES == set(FUNCTIONS) - drained - RARE
    assert len(made("AWS::CodeDeploy::DeploymentGroup", Release="1700000000")) == len(CANARIES)


def test_every_function_except_the_migration_waits_for_the_migrations() -> None:
    for function in FUNCTIONS:
        description = json.dumps(transformed(Release="1700000000")[function]["Properties"]["Description"])
        assert ("${Migration.revision}" in description) == (function != "MigrateFunction")
        assert "1700000000" in description  # Makes CloudFormation read the secrets again.


def test_the_template_for_an_emulator_has_no_codedeploy() -> None:
    kinds = {resource["Type"] for resource in transformed(GradualDeployments="false").values()}
    assert not [kind for kind in kinds if "CodeDeploy" in kind]
