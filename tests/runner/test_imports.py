"""What the runner's own process does without: it is there all day, beside what it runs."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Servers and features that a template may do without.
FOR_SOME = {"boto3", "pg8000", "redis", "starlette"}
FOR_FUNCTIONS = {"boto3", "botocore", "classpulse", "fastapi", "mangum", "pydantic", "sqlalchemy"}


@pytest.mark.parametrize("module", ["local_runner", "runner.__main__"])
def test_what_functions_need_is_not_imported_by_the_runner(module: str) -> None:
    """boto3 alone takes 8 MB, for --queues sqs only."""
    code = f"import sys, {module}; print(*(name for name in sys.modules if '.' not in name))"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not (FOR_FUNCTIONS | FOR_SOME) & set(found.stdout.split())
