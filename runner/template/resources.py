"""The resources of a template, with conditions and expressions worked out, and errors that name the line."""

from typing import Any

from runner.errors import TemplateError
from runner.template.intrinsics import Resolver
from runner.template.loader import Mapping


class Resources:
    """Looks up resources by type and properties by name. Everything raises TemplateError."""

    def __init__(self, file: str, template: Mapping, resolver: Resolver) -> None:
        self.template = template
        self._file = file
        self._resolver = resolver
        self._resources: Mapping = template["Resources"]

    def of(self, kind: str) -> list[str]:
        """Return the logical ids of the resources of a type that exist under the template's conditions."""
        names = []
        for name, resource in self._resources.items():
            if not isinstance(resource, Mapping) or "Type" not in resource:
                raise TemplateError(
                    self._file, self._resources.line_of(name), f"{name} has no Type: every resource needs one"
                )
            if resource["Type"] == kind and self.exists(resource):
                names.append(name)
        return names

    def exists(self, resource: Mapping) -> bool:
        """Return whether the resource's condition holds."""
        condition = resource.get("Condition")
        return condition is None or self._resolver.condition(condition, resource.line)

    def get(self, name: str) -> Mapping | None:
        """Return a resource as the template has it."""
        return self._resources.get(name)

    def raw(self, name: str) -> Mapping:
        """Return the properties as the template has them, with their expressions."""
        properties: Mapping = self._resources[name].get("Properties") or Mapping()
        return properties

    def property(self, name: str, key: str, default: Any = None) -> Any:
        """Return one property; the others may hold expressions that only AWS can resolve."""
        return self._resolver.value(self.raw(name).get(key, default), self.line(name, key))

    def value(self, expression: Any, line: int = 1) -> Any:
        """Return what an expression results in."""
        return self._resolver.value(expression, line)

    def line(self, name: str, key: str = "") -> int:
        """Return the line of a property, or the resource's own."""
        properties = self.raw(name)
        return properties.line_of(key) if key in properties else self._resources.line_of(name)

    def number(self, name: str, key: str, value: Any, part: str = "") -> int:
        """Return the value of a property, or of a part of one, as an integer."""
        try:
            return int(value)
        except (TypeError, ValueError):
            raise self.error(f"{name}: {part or key} must be a number", self.line(name, key)) from None

    def error(self, problem: str, line: int) -> TemplateError:
        """Return the error to raise for a line of the template."""
        return TemplateError(self._file, line, problem)
