"""Build the archives that template.yaml names, and write them and the adapted template to a folder."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from infra.package.archive import Archive, files_in, unzipped, zipped
from infra.package.bytecode import compiled, interpreter_of, version_of
from infra.package.dependencies import Target, layer_of, pins
from infra.package.limits import check
from runner.template.loader import load

FUNCTION = "AWS::Serverless::Function"
LAYER = "AWS::Serverless::LayerVersion"
NESTED = "AWS::CloudFormation::Stack"
# Cached dependency layers, by a hash of their inputs. Increase RECIPE when the way of building them changes.
CACHE = Path(__file__).resolve().parents[2] / "build" / "layers"
RECIPE = 1
# The property with the path of each kind of resource.
PLACES = {FUNCTION: "CodeUri", LAYER: "ContentUri", NESTED: "TemplateURL"}
# The lines of the template that name its runtime, its architecture and its paths.
_RUNTIME = re.compile(r"^( +(?:Runtime|BuildMethod): |  +CompatibleRuntimes: \[)python[\d.]+(\]?)$", re.MULTILINE)
_ARCHITECTURE = re.compile(r"^(  Architecture:\n(?:    .*\n)*?    Default: )\S+$", re.MULTILINE)
_PLACE = re.compile(r"^(?P<key> +(?:CodeUri|ContentUri|TemplateURL): )(?P<place>\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Package:
    """The archives and nested templates, by their path in template.yaml.

    python: the interpreter that compiled the layers; None if this machine has none of the target's version.
    """

    template: str
    target: Target
    python: Path | None
    functions: dict[str, Archive] = field(default_factory=dict)
    layers: dict[str, Archive] = field(default_factory=dict)
    nested: dict[str, bytes] = field(default_factory=dict)

    @property
    def archives(self) -> dict[str, Archive]:
        """All archives, by their path."""
        return self.functions | self.layers


def runtime_of(template: Mapping[str, Any]) -> Target:
    """Return the template's default target."""
    runtime: str = template["Globals"]["Function"]["Runtime"]
    return Target(runtime.removeprefix("python"), template["Parameters"]["Architecture"]["Default"])


def run_on(template: str, target: Target) -> str:
    """Return the template with the target's runtime and architecture."""
    template = _RUNTIME.sub(rf"\g<1>python{target.python}\g<2>", template)
    return _ARCHITECTURE.sub(rf"\g<1>{target.architecture}", template)


def build(path: Path, target: Target | None = None, cache: Path = CACHE) -> Package:
    """Build everything that the template names. Raises PackageError, TemplateError."""
    template = load(path)
    root = path.parent
    target = target or runtime_of(template)
    made = Package(run_on(path.read_text(encoding="utf-8"), target), target, interpreter_of(target))
    for resource in template["Resources"].values():
        kind, properties = resource["Type"], resource.get("Properties", {})
        if kind == FUNCTION:
            made.functions[properties["CodeUri"]] = zipped(files_in(root / properties["CodeUri"]))
        elif kind == LAYER:
            folder = root / properties["ContentUri"]
            if "BuildMethod" in resource.get("Metadata", {}):
                made.layers[properties["ContentUri"]] = _dependencies(folder / "requirements.txt", made, cache)
            else:
                made.layers[properties["ContentUri"]] = zipped(_with_bytecode(files_in(folder), made.python))
        elif kind == NESTED:
            made.nested[properties["TemplateURL"]] = (root / properties["TemplateURL"]).read_bytes()
    check(made.functions, made.layers, {name: list(made.layers) for name in made.functions})
    return made


def _dependencies(lock: Path, package: Package, cache: Path) -> Archive:
    """Return the layer of the lock file, from the cache if the lock file and the target have not changed."""
    version = version_of(package.python) if package.python else "no bytecode"
    key = f"{RECIPE}\n{package.target}\n{version}\n{pins(lock.read_text(), package.target)}"
    cached = cache / f"{hashlib.sha256(key.encode()).hexdigest()}.zip"
    if cached.exists():
        return unzipped(cached.read_bytes())
    made = zipped(_with_bytecode(layer_of(lock, package.target), package.python))
    cache.mkdir(parents=True, exist_ok=True)
    draft = cached.with_suffix(f".{os.getpid()}")
    draft.write_bytes(made.content)
    draft.replace(cached)
    return made


def _with_bytecode(files: dict[str, bytes], python: Path | None) -> dict[str, bytes]:
    return compiled(files, python) if python else files


def named(template: str, name: Callable[[str], str]) -> str:
    """Return the template with each path replaced by name(path)."""
    return _PLACE.sub(lambda match: match["key"] + name(match["place"]), template)


def file_of(place: str) -> str:
    """Return the file of an archive in the output folder: functions/ingest -> functions/ingest.zip."""
    return place if place.endswith(".yaml") else f"{PurePosixPath(place)}.zip"


def write(package: Package, folder: Path) -> None:
    """Write the archives, the nested templates, template.yaml and manifest.json to the folder."""
    shutil.rmtree(folder, ignore_errors=True)
    contents = {file_of(place): archive.content for place, archive in package.archives.items()} | package.nested
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "template.yaml").write_text(named(package.template, file_of), encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps(manifest(package), indent=2) + "\n")


def manifest(package: Package) -> dict[str, Any]:
    """Return the target, and the digest and sizes (in bytes) of each archive."""
    return {
        "python": package.target.python,
        "architecture": package.target.architecture,
        "bytecode": version_of(package.python) if package.python else None,
        "archives": {
            file_of(place): {"sha256": archive.digest, "zipped": len(archive.content), "unzipped": archive.unzipped}
            for place, archive in sorted(package.archives.items())
        },
    }
