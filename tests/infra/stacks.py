"""template.yaml and its nested stacks, parsed for the infrastructure tests."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from runner.template.loader import load

ROOT = Path(__file__).parents[2]
POLICY = ROOT / ".venv" / "policy" / "bin"
FILES = ("template.yaml", "infra/network.yaml", "infra/data.yaml", "infra/alarms.yaml")
TEMPLATES: dict[str, dict[str, Any]] = {name: json.loads(json.dumps(load(ROOT / name))) for name in FILES}
MAIN = TEMPLATES["template.yaml"]
RESOURCES: dict[str, dict[str, Any]] = MAIN["Resources"]
ALARMS = TEMPLATES["infra/alarms.yaml"]["Resources"]


def of_type(kind: str, template: dict[str, Any] = MAIN) -> dict[str, dict[str, Any]]:
    return {name: item.get("Properties", {}) for name, item in template["Resources"].items() if item["Type"] == kind}


def walk(value: Any) -> Iterator[Any]:
    yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(item)


def references(template: dict[str, Any]) -> set[str]:
    """Return the references of the template: "X" of !Ref X and ${X}, "X.Y" of !GetAtt X.Y and ${X.Y}."""
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
