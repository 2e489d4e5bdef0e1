"""What a cold start imports, out of the archives and nothing else, and how long that takes.

The budget (budget.yaml) is of packages, which are the same on every machine, and of time, as a multiple of what boto3
alone takes in the same run.
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
# What python3.x on Lambda brings beside the standard library, as far as it is not in the layer.
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
# What layers/dependencies/requirements.in names, and boto3. What these bring along is theirs to say.
WATCHED = frozenset(
    ("alembic", "boto3", "fastapi", "influxdb_client", "mangum", "pg8000", "pydantic", "redis", "sqlalchemy")
)


@dataclass(frozen=True)
class ColdStart:
    """What an import took, in seconds, at the median; packages: those of WATCHED that it brought along."""

    seconds: float
    packages: frozenset[str]


@dataclass(frozen=True)
class Budget:
    """What a function may import, and how many times boto3's time that may take."""

    packages: frozenset[str] = frozenset()
    times: float = 0.0


def budget() -> dict[str, Budget]:
    """Return each function's, by its folder's name."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(BUDGET.read_text())
    return {name: Budget(frozenset(may["packages"]), may["times"]) for name, may in found.items()}


def over_budget(found: Mapping[str, ColdStart]) -> list[str]:
    """Return what is imported that the budget does not have, one line a function."""
    allowed = budget()
    return [
        f"{name} imports {', '.join(sorted(extra))}: import later, or change infra/package/budget.yaml"
        for name, start in found.items()
        if (extra := start.packages - allowed.get(name, Budget()).packages)
    ]


def too_slow(found: Mapping[str, ColdStart], alone: ColdStart) -> list[str]:
    """Return which imports take longer than the budget has, one line a function. alone: that of boto3."""
    allowed = budget()
    return [
        f"{name} imports for {times:.1f} times as long as boto3 alone, and its budget is {most:g}:"
        " import later, or change infra/package/budget.yaml; on a busy machine, try again"
        for name, start in found.items()
        if (times := start.seconds / alone.seconds) > (most := allowed.get(name, Budget()).times)
    ]


def cold_starts(package: Package, template: Path, python: Path, times: int = TIMES) -> dict[str, ColdStart]:
    """Return what each function's import takes, and that of boto3 alone as "boto3".

    python: one of the version that the package is for. Raises PackageError: a function does not import.
    """
    stack = read(template, _parameters(template), _queue_url, "wss://127.0.0.1:1", KINDS)
    environments = {function.code.name: function.environment for function in stack.functions.values()}
    with tempfile.TemporaryDirectory() as work:
        layers = Path(work, "layers")
        for archive in package.layers.values():
            _unpack(archive, layers)
        runtime = _runtime(Path(work, "runtime"))
        found = {"boto3": _median(_import(python, "boto3", work, [layers / "python", runtime], {}, times=times))}
        for place, archive in package.functions.items():
            name = PurePosixPath(place).name
            _unpack(archive, Path(work, name))
            path = [Path(work, name), layers / "python", runtime]
            found[name] = _median(_import(python, "handler", work, path, environments[name], times=times))
    return found


def _parameters(template: Path) -> dict[str, str]:
    """Return the servers' addresses, and something for each secret that has to be given."""
    found = load(template)["Parameters"]
    asked = [name for name, parameter in found.items() if parameter.get("NoEcho") and "Default" not in parameter]
    return {**{name: secrets.token_urlsafe(24) for name in asked}, **SERVERS}


def _queue_url(name: str) -> str:
    return f"https://sqs.eu-west-1.amazonaws.com/000000000000/{name}"


def _unpack(archive: Archive, folder: Path) -> None:
    with zipfile.ZipFile(BytesIO(archive.content)) as opened:
        opened.extractall(folder)


def _runtime(folder: Path) -> Path:
    """Return a folder with what Lambda's runtime brings, and nothing else of what is installed here."""
    folder.mkdir()
    for name in RUNTIME:
        found = importlib.util.find_spec(name)
        if found is None or found.origin is None:
            raise PackageError(f"{name}, which Lambda's runtime brings, is not installed: run `make lint`")
        (folder / name).symlink_to(Path(found.origin).parent)
    return folder


def _import(
    python: Path, module: str, work: str, path: Iterable[Path], environment: Mapping[str, str], *, times: int
) -> list[ColdStart]:
    """Import a module several times, each in a process of its own and as on Lambda, where nothing can be written."""
    env = {
        **environment,
        "PATH": os.defpath,
        "HOME": work,
        "AWS_DEFAULT_REGION": "eu-west-1",
        "PYTHONPATH": os.pathsep.join(map(str, path)),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    found = []
    for _ in range(times):
        # -S: without what is installed here.
        command = [str(python), "-S", "-P", "-c", PROGRAM, module]
        ran = subprocess.run(command, cwd=work, env=env, capture_output=True, text=True, check=False)  # noqa: S603
        if ran.returncode:
            raise PackageError(f"{module} of {next(iter(path))} does not import:\n{ran.stderr.strip()}")
        seconds, names = json.loads(ran.stdout.splitlines()[-1])
        found.append(ColdStart(seconds, WATCHED.intersection(names)))
    return found


def _median(found: list[ColdStart]) -> ColdStart:
    return sorted(found, key=lambda start: start.seconds)[len(found) // 2]
