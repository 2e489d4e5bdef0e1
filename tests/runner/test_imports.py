"""What the runner's own process does without: it is there all day, beside what it runs."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOR_FUNCTIONS = {"boto3", "botocore", "classpulse", "fastapi", "mangum", "pydantic", "sqlalchemy"}


def test_what_functions_need_is_not_imported_by_the_runner() -> None:
    """boto3 alone takes 8 MB, for --queues sqs only."""
    code = "import sys, local_runner; print(*(name for name in sys.modules if '.' not in name))"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not FOR_FUNCTIONS & set(found.stdout.split())
