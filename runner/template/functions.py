"""AWS::Serverless::Function: code, layers, environment and Function URL, with what Globals adds.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
"""

from pathlib import Path
from typing import Any

from runner.template.attributes import FUNCTION, LAYER, function_url_domain
from runner.template.loader import Mapping
from runner.template.model import Cors, Function, FunctionUrl
from runner.template.resources import Resources


def read_functions(resources: Resources, root: Path) -> dict[str, Function]:
    """Return the functions by logical id. root: the folder that CodeUri and ContentUri start from."""
    shared: Mapping = resources.template.get("Globals", Mapping()).get("Function", Mapping())
    return {name: _Reader(resources, root, shared, name).function() for name in resources.of(FUNCTION)}


class _Reader:
    """Reads one function."""

    def __init__(self, resources: Resources, root: Path, shared: Mapping, name: str) -> None:
        self._resources = resources
        self._root = root
        self._shared = shared
        self._name = name

    def function(self) -> Function:
        reserved = self._setting("ReservedConcurrentExecutions")
        url = self._resources.property(self._name, "FunctionUrlConfig")
        code = self._root / str(self._setting("CodeUri", "."))
        return Function(
            name=self._name,
            handler=self._handler(code),
            code=code,
            timeout=self._number("Timeout", self._setting("Timeout", 3)),
            memory=self._number("MemorySize", self._setting("MemorySize", 128)),
            reserved_concurrency=None if reserved is None else self._number("ReservedConcurrentExecutions", reserved),
            layers=tuple(self._layers()),
            environment=self._environment(),
            log_format=str((self._setting("LoggingConfig") or {}).get("LogFormat", "Text")),
            url=FunctionUrl(function_url_domain(self._name), _cors(url.get("Cors"))) if url is not None else None,
        )

    def _setting(self, key: str, default: Any = None) -> Any:
        """Return the function's own property, or the one of Globals."""
        own = self._resources.property(self._name, key)
        return self._resources.value(self._shared.get(key, default)) if own is None else own

    def _number(self, key: str, value: Any) -> int:
        return self._resources.number(self._name, key, value)

    def _handler(self, code: Path) -> str:
        handler = str(self._setting("Handler", ""))
        module = code / (handler.rpartition(".")[0].replace(".", "/") + ".py")
        if not module.is_file():
            where = module.relative_to(self._root) if module.is_relative_to(self._root) else module
            line = self._resources.line(self._name, "CodeUri")
            raise self._resources.error(f"{self._name}: there is no {where}: check CodeUri and Handler", line)
        return handler

    def _environment(self) -> dict[str, str]:
        shared = self._resources.value(self._shared.get("Environment", Mapping())).get("Variables", {})
        own = (self._resources.property(self._name, "Environment") or {}).get("Variables", {})
        return {key: str(value) for key, value in (shared | own).items()}

    def _layers(self) -> list[Path]:
        """Return the folders of the layers. One with a BuildMethod stands for the packages of this Python."""
        line = self._resources.line(self._name, "Layers")
        folders = []
        for reference in [*self._shared.get("Layers", []), *self._resources.raw(self._name).get("Layers", [])]:
            layer = str(self._resources.value(reference, line))
            resource = self._resources.get(layer)
            if resource is None or resource["Type"] != LAYER:
                raise self._resources.error(f"{self._name}: there is no layer {layer} in the template", line)
            if "BuildMethod" not in resource.get("Metadata", {}):
                folders.append(self._root / str(self._resources.property(layer, "ContentUri")))
        return folders


def _cors(properties: dict[str, Any] | None) -> Cors | None:
    if properties is None:
        return None
    return Cors(
        allow_origins=tuple(properties.get("AllowOrigins", [])),
        allow_methods=tuple(properties.get("AllowMethods", [])),
        allow_headers=tuple(name.lower() for name in properties.get("AllowHeaders", [])),
        expose_headers=tuple(properties.get("ExposeHeaders", [])),
        allow_credentials=bool(properties.get("AllowCredentials", False)),
        max_age=int(properties.get("MaxAge", 0)),
    )
