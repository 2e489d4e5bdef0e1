"""What ClassPulse shows of the simulated class is what happened in it: restarts, Run All, input(), clocks, hands."""

import os
import subprocess
import sys

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


def test_a_lesson_of_fifteen_minutes_is_shown_as_it_was_now_and_in_the_past(stack: Stack) -> None:
    """Every state occurs in the lesson of this seed, so that its line in the table has numbers."""
    done = verified(stack, "--at-once", "--minutes", "15", "--seed", "4")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " - " not in done.stdout, done.stdout


def test_a_lesson_is_shown_as_it_is_while_it_happens(stack: Stack) -> None:
    """In real time: clients send when something happens, after offline spells, and say when they send."""
    done = verified(stack, "--speed", "4", "--minutes", "0.3", "--seed", "2")
    assert done.returncode == 0, done.stdout + done.stderr
