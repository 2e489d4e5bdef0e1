"""The runner's process imports as little as possible: it stays in memory beside the functions."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Servers and features that a template may do without.
FOR_SOME = {"boto3", "pg8000", "redis", "starlette"}
FOR_FUNCTIONS = {"boto3", "botocore", "classpulse", "fastapi", "mangum", "pydantic", "sqlalchemy"}


@pytest.mark.parametrize("module", ["local_runner", "runner.__main__"])
def test_the_runner_does_not_import_the_packages_of_functions(module: str) -> None:
    """boto3 takes 8 MB, and only --queues sqs needs it."""
    code = f"import sys, {module}; print(*(name for name in sys.modules if '.' not in name))"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not (FOR_FUNCTIONS | FOR_SOME) & set(found.stdout.split())
