"""CloudFormation's intrinsic functions, parameters, conditions and pseudo parameters.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

import re
from collections.abc import Callable
from collections.abc import Mapping as AbstractMapping
from typing import Any

from runner.errors import TemplateError
from runner.template.loader import Mapping

REGION = "us-east-1"
ACCOUNT = "000000000000"
PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackName": "local",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::NoValue": None,
}
PLACEHOLDER = re.compile(r"\$\{(!?)([^}]+)\}")

Attribute = Callable[[str, str | None], Any]


class Resolver:
    """Resolves expressions to values.

    attribute: (logical id, name) -> the value of Ref (name None) or GetAtt; raises KeyError for an unknown resource.
    """

    def __init__(
        self, file: str, template: Mapping, parameters: AbstractMapping[str, str], attribute: Attribute
    ) -> None:
        self._file = file
        self._attribute = attribute
        self._mappings: Mapping = template.get("Mappings", Mapping())
        self._conditions: Mapping = template.get("Conditions", Mapping())
        self._deciding: set[str] = set()
        self._parameters = _checked_parameters(file, template, parameters)
        self._functions: dict[str, Callable[[Any, int], Any]] = {
            "Ref": self._ref,
            "Condition": lambda name, line: self.condition(str(name), line),
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::Join": lambda value, _: str(value[0]).join(str(part) for part in value[1]),
            "Fn::Select": self._select,
            "Fn::Split": lambda value, _: str(value[1]).split(str(value[0])),
            "Fn::FindInMap": self._find_in_map,
            "Fn::Equals": lambda value, _: str(value[0]) == str(value[1]),
            "Fn::Not": lambda value, _: not value[0],
            "Fn::And": lambda value, _: all(value),
            "Fn::Or": lambda value, _: any(value),
        }

    def value(self, expression: Any, line: int = 1) -> Any:
        """Return the expression with every intrinsic function resolved. Raises TemplateError."""
        if isinstance(expression, list):
            values = [self.value(item, line) for item in expression]
            return [item for item in values if item is not None]
        if not isinstance(expression, Mapping):
            return expression
        line = expression.line or line
        if len(expression) == 1:
            [(name, argument)] = expression.items()
            if name == "Fn::If":
                return self._if(argument, line)
            if name in self._functions:
                return self._apply(name, self.value(argument, line), line)
            if name.startswith("Fn::"):
                raise TemplateError(
                    self._file, line, f"{name} is not emulated: write it with {', '.join(self._functions)}"
                )
        resolved = {key: self.value(item, expression.line_of(key)) for key, item in expression.items()}
        return {key: item for key, item in resolved.items() if item is not None}

    def _apply(self, name: str, argument: Any, line: int) -> Any:
        try:
            return self._functions[name](argument, line)
        except (ValueError, IndexError, TypeError, KeyError) as error:
            raise TemplateError(self._file, line, f"{name} does not take {argument!r}: check its arguments") from error

    def condition(self, name: str, line: int) -> bool:
        """Return whether a condition of the template is true. Raises TemplateError."""
        if name not in self._conditions:
            raise TemplateError(self._file, line, f"there is no condition {name}: add it under Conditions")
        if name in self._deciding:
            raise TemplateError(self._file, line, f"condition {name} refers to itself: remove the cycle")
        self._deciding.add(name)
        try:
            return bool(self.value(self._conditions[name], line))
        finally:
            self._deciding.discard(name)

    def _if(self, argument: Any, line: int) -> Any:
        if not isinstance(argument, list) or len(argument) != 3:
            raise TemplateError(self._file, line, "Fn::If takes [condition, value if true, value if false]")
        return self.value(argument[1] if self.condition(str(argument[0]), line) else argument[2], line)

    def _ref(self, name: Any, line: int) -> Any:
        if name in PSEUDO:
            return PSEUDO[name]
        if name in self._parameters:
            return self._parameters[name]
        return self._resource(str(name), None, line)

    def _get_att(self, path: Any, line: int) -> Any:
        if not isinstance(path, list) or len(path) != 2:
            raise TemplateError(self._file, line, "Fn::GetAtt takes a resource and one of its attributes")
        return self._resource(str(path[0]), str(path[1]), line)

    def _resource(self, name: str, attribute: str | None, line: int) -> Any:
        try:
            return self._attribute(name, attribute)
        except KeyError:
            raise TemplateError(self._file, line, f"there is no parameter or resource {name}: check its name") from None

    def _sub(self, value: Any, line: int) -> str:
        text, variables = value if isinstance(value, list) else (value, {})

        def replace(match: re.Match[str]) -> str:
            literal, name = match.groups()
            if literal:
                return "${" + name + "}"
            if name in variables:
                return str(variables[name])
            if "." in name:
                return str(self._get_att(name.split(".", 1), line))
            return str(self._ref(name, line))

        return PLACEHOLDER.sub(replace, str(text))

    def _select(self, value: Any, line: int) -> Any:
        index, items = int(value[0]), value[1]
        if not 0 <= index < len(items):
            raise TemplateError(self._file, line, f"Fn::Select: there is no item {index} of {len(items)}")
        return items[index]

    def _find_in_map(self, value: Any, line: int) -> Any:
        try:
            return self._mappings[value[0]][str(value[1])][value[2]]
        except KeyError as error:
            raise TemplateError(
                self._file, line, f"Mappings contain no {error.args[0]}: check the three keys"
            ) from None


def _checked_parameters(file: str, template: Mapping, given: AbstractMapping[str, str]) -> dict[str, Any]:
    """Return every parameter's value, checked as CloudFormation does. Raises TemplateError."""
    declared: Mapping = template.get("Parameters", Mapping())
    line = template.line_of("Parameters")
    for name in given:
        if name not in declared:
            raise TemplateError(file, line, f"there is no parameter {name}; there are {', '.join(declared)}")
    values: dict[str, Any] = {}
    for name, rules in declared.items():
        line = declared.line_of(name)
        if name not in given and "Default" not in rules:
            raise TemplateError(file, line, f"parameter {name} has no value: give it with --parameter {name}=…")
        value = str(given[name] if name in given else rules["Default"])
        _check_value(file, line, name, value, rules)
        is_list = rules.get("Type") == "CommaDelimitedList"
        values[name] = [item.strip() for item in value.split(",")] if is_list else value
    return values


def _check_value(file: str, line: int, name: str, value: str, rules: Mapping) -> None:
    def refuse(problem: str) -> TemplateError:
        return TemplateError(file, line, f"parameter {name} {problem}: give another with --parameter {name}=…")

    if "AllowedValues" in rules and value not in [str(allowed) for allowed in rules["AllowedValues"]]:
        raise refuse(f"must be one of {', '.join(str(allowed) for allowed in rules['AllowedValues'])}")
    if len(value) < int(rules.get("MinLength", 0)):
        raise refuse(f"must have {rules['MinLength']} characters or more")
    if "MaxLength" in rules and len(value) > int(rules["MaxLength"]):
        raise refuse(f"must have {rules['MaxLength']} characters or fewer")
    if "AllowedPattern" in rules and not re.fullmatch(rules["AllowedPattern"], value):
        raise refuse(f"must match {rules['AllowedPattern']}")
    if rules.get("Type") == "Number":
        try:
            number = float(value)
        except ValueError:
            raise refuse("must be a number") from None
        if number < float(rules.get("MinValue", number)) or number > float(rules.get("MaxValue", number)):
            raise refuse("is out of its range")
