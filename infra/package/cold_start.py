"""Measure what a cold start imports, from the archives only, and how long that takes.

The budget (budget.yaml) limits the packages, which are the same on every machine, and the time, as a multiple of
boto3's import time in the same run.
"""

import importlib.util
import json
import os
import secrets
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from infra.package.archive import Archive
from infra.package.build import Package
from infra.package.errors import PackageError
from runner.sources.kinds import KINDS
from runner.template.loader import load
from runner.template.reader import read

BUDGET = Path(__file__).parent / "budget.yaml"
# Packages of Lambda's Python runtime, besides the standard library, that the layer does not contain.
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html
RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath")
SERVERS = {
    "DatabaseUrl": "postgresql://user:password@127.0.0.1:1/database",
    "RedisUrl": "rediss://127.0.0.1:1/0",
}
PROGRAM = """
import json, sys, time
before, began = set(sys.modules), time.perf_counter()
__import__(sys.argv[1])
took = time.perf_counter() - began
print(json.dumps([took, sorted(set(sys.modules) - before)]))
"""
TIMES = 3
# The direct dependencies in layers/dependencies/requirements.in, and boto3.
WATCHED = frozenset(
    ("alembic", "boto3", "fastapi", "influxdb_client", "mangum", "pg8000", "pydantic", "redis", "sqlalchemy")
)


@dataclass(frozen=True)
class ColdStart:
    """The median time of an import, in seconds, and the packages of WATCHED that it imported."""

    seconds: float
    packages: frozenset[str]


@dataclass(frozen=True)
class Budget:
    """The packages that a function may import, and the time, as a multiple of boto3's."""

    packages: frozenset[str] = frozenset()
    times: float = 0.0


def budget() -> dict[str, Budget]:
    """Return each function's budget, by the name of its folder."""
    budgets: dict[str, dict[str, Any]] = yaml.safe_load(BUDGET.read_text())
    return {name: Budget(frozenset(limits["packages"]), limits["times"]) for name, limits in budgets.items()}


def over_budget(starts: Mapping[str, ColdStart]) -> list[str]:
    """Return the imports that exceed the budget, one line per function."""
    allowed = budget()
    return [
        f"{name} imports {', '.join(sorted(extra))}: import later, or change infra/package/budget.yaml"
        for name, start in starts.items()
        if (extra := start.packages - allowed.get(name, Budget()).packages)
    ]


def too_slow(starts: Mapping[str, ColdStart], boto3: ColdStart) -> list[str]:
    """Return the imports that take longer than the budget allows, one line per function. boto3: boto3's import."""
    allowed = budget()
    return [
        f"{name} takes {times:.1f} times as long to import as boto3; its budget is {most:g}:"
        " import later, or change infra/package/budget.yaml; on a busy machine, try again"
        for name, start in starts.items()
        if (times := start.seconds / boto3.seconds) > (most := allowed.get(name, Budget()).times)
    ]


def cold_starts(package: Package, template: Path, python: Path, times: int = TIMES) -> dict[str, ColdStart]:
    """Measure the import of each function, and of boto3 by itself as "boto3".

    python: an interpreter of the package's version. Raises PackageError if an import fails.
    """
    stack = read(template, _parameters(template), _queue_url, "wss://127.0.0.1:1", KINDS)
    environments = {function.code.name: function.environment for function in stack.functions.values()}
    with tempfile.TemporaryDirectory() as work:
        layers = Path(work, "layers")
        for archive in package.layers.values():
            _unpack(archive, layers)
        runtime = _runtime(Path(work, "runtime"))
        starts = {"boto3": _median(_import(python, "boto3", work, [layers / "python", runtime], {}, times=times))}
        for place, archive in package.functions.items():
            name = PurePosixPath(place).name
            _unpack(archive, Path(work, name))
            path = [Path(work, name), layers / "python", runtime]
            starts[name] = _median(_import(python, "handler", work, path, environments[name], times=times))
    return starts


def _parameters(template: Path) -> dict[str, str]:
    """Return the addresses of the servers, and a random value for each required secret."""
    parameters = load(template)["Parameters"]
    required = [
        name for name, parameter in parameters.items() if parameter.get("NoEcho") and "Default" not in parameter
    ]
    return {**{name: secrets.token_urlsafe(24) for name in required}, **SERVERS}


def _queue_url(name: str) -> str:
    return f"https://sqs.eu-west-1.amazonaws.com/000000000000/{name}"


def _unpack(archive: Archive, folder: Path) -> None:
    with zipfile.ZipFile(BytesIO(archive.content)) as opened:
        opened.extractall(folder)


def _runtime(folder: Path) -> Path:
    """Return a folder with the packages of Lambda's runtime, and no other installed package."""
    folder.mkdir()
    for name in RUNTIME:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            raise PackageError(f"{name}, a package of Lambda's runtime, is not installed: run `make lint`")
        (folder / name).symlink_to(Path(spec.origin).parent)
    return folder


def _import(
    python: Path, module: str, work: str, path: Iterable[Path], environment: Mapping[str, str], *, times: int
) -> list[ColdStart]:
    """Import a module several times, each in its own process, without writing bytecode, as on Lambda."""
    env = {
        **environment,
        "PATH": os.defpath,
        "HOME": work,
        "AWS_DEFAULT_REGION": "eu-west-1",
        "PYTHONPATH": os.pathsep.join(map(str, path)),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    starts = []
    for _ in range(times):
        # -S: without the installed packages.
        command = [str(python), "-S", "-P", "-c", PROGRAM, module]
        ran = subprocess.run(command, cwd=work, env=env, capture_output=True, text=True, check=False)  # noqa: S603
        if ran.returncode:
            raise PackageError(f"{module} of {next(iter(path))} cannot be imported:\n{ran.stderr.strip()}")
        seconds, names = json.loads(ran.stdout.splitlines()[-1])
        starts.append(ColdStart(seconds, WATCHED.intersection(names)))
    return starts


def _median(starts: list[ColdStart]) -> ColdStart:
    return sorted(starts, key=lambda start: start.seconds)[len(starts) // 2]
