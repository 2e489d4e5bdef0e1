"""What ClassPulse shows of the simulated class is what happened in it: restarts, Run All, input(), clocks, hands."""

import os
import subprocess
import sys

import pytest

from tests.e2e.stack import ROOT, Stack

LIMIT_SECONDS = 300


def verified(stack: Stack, *options: str) -> subprocess.CompletedProcess[str]:
    keys = {"INGEST_KEY": stack.ready["ingest_key"], "INSTRUCTOR_TOKEN": stack.ready["instructor_token"]}
    command = [sys.executable, "-m", "demo", "--verify", "--ingest-url", stack.ready["ingest_url"], *options]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | keys | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )


@pytest.mark.parametrize("seed", ["1", "4"])
def test_a_lesson_of_twenty_minutes_is_shown_as_it_was_now_and_in_the_past(stack: Stack, seed: str) -> None:
    done = verified(stack, "--at-once", "--minutes", "20", "--seed", seed)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_lesson_is_shown_as_it_is_while_it_happens(stack: Stack) -> None:
    """In real time: clients send when something happens, after offline spells, and say when they send."""
    done = verified(stack, "--speed", "4", "--minutes", "0.4", "--seed", "2")
    assert done.returncode == 0, done.stdout + done.stderr
