"""The policies of checkov hold, except where the template gives a reason."""

import json
import subprocess
from pathlib import Path

import yaml

from tests.infra.stacks import POLICY, TEMPLATES


def exceptions() -> set[tuple[str, str]]:
    found = set()
    for template in TEMPLATES.values():
        for name, resource in template["Resources"].items():
            for skip in resource.get("Metadata", {}).get("checkov", {}).get("skip", []):
                assert len(skip["comment"]) > 20, f"{name}: say why {skip['id']} does not hold"
                found.add((name, skip["id"]))
    return found


def test_the_policies_hold_and_each_exception_is_needed_and_explained(tmp_path: Path) -> None:
    assert POLICY.is_dir(), "the policy check is missing: run `make lint`"
    for name, template in TEMPLATES.items():
        bare = json.loads(json.dumps(template))
        for resource in bare["Resources"].values():
            resource.pop("Metadata", None)
        (tmp_path / Path(name).name).write_text(yaml.safe_dump(bare))
    command: list[str | Path] = [POLICY / "python", "-m", "checkov.main", "--framework", "cloudformation"]
    command += ["--output", "json", "--skip-download", "--compact"]
    found = subprocess.run(
        [*command, "--directory", tmp_path], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    failed = json.loads(found.stdout)["results"]["failed_checks"]
    assert {(check["resource"].rpartition(".")[2], check["check_id"]) for check in failed} == exceptions()
