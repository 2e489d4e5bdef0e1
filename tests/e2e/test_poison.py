"""Events that hang, kill or fill the consume function: only they are given up, and every other event is stored."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from classpulse.queues.tries import GIVEN_UP

from tests.e2e.stack import ROOT, Stack, event, eventually, quick_template, running

EVENTS, DEAD = "queue:classpulse-events", "queue:classpulse-events-dead"
# The consume function of the product, with a service that meets a hostile event as a flaw would.
HANDLER = """
import os
import signal
from dataclasses import replace

from classpulse import bootstrap

drain = bootstrap.consume()


def hostile(messages):
    text = "".join(message.body for message in messages)
    while '"eventId":"hangs"' in text:
        pass
    if '"eventId":"kills"' in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if '"eventId":"fills"' in text:
        kept = []
        while True:
            kept.append(b"x" * 2**20)
    return drain.service(messages)


handler = replace(drain, service=hostile)
"""
KINDS = ("hangs", "kills", "fills")


def hostile_template(folder: Path) -> str:
    """Write a template with short timeouts, the hostile function, and a window in which all posts form one batch."""
    template = Path(quick_template(folder))
    (folder / "functions").unlink()
    shutil.copytree(ROOT / "functions", folder / "functions", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "functions/consume/handler.py").write_text(HANDLER)
    batch = "BatchSize: 10\n"
    before, after = template.read_text().split("  ConsumeFunction:\n")
    assert batch in after
    after = after.replace(batch, f"{batch}            MaximumBatchingWindowInSeconds: 1\n", 1)
    # A message may not come again before its try has ended.
    before = before.replace("VisibilityTimeout: 4", "VisibilityTimeout: 6")
    template.write_text(f"{before}  ConsumeFunction:\n{after}")
    return str(template)


@pytest.fixture
def stack(tmp_path: Path, redis_url: str) -> Iterator[Stack]:
    with running(
        tmp_path / "data", "--template", hostile_template(tmp_path), environment={"REDIS_URL": redis_url}
    ) as found:
        yield found


def test_only_the_event_that_ends_the_function_becomes_a_dead_letter(stack: Stack, redis_url: str) -> None:
    client: Any = redis.Redis.from_url(redis_url, decode_responses=True)
    for kind in KINDS:
        batch = [event(f"before-{kind}"), event(kind), event(f"after-{kind}")]
        assert stack.post(batch).status_code == 202
        assert stack.post([event(f"other-{kind}", classId="other")]).status_code == 202
    eventually(lambda: len(stack.stored_ids("other")) == len(KINDS))
    letters = eventually(lambda: len(found := client.xrange(DEAD)) == len(KINDS) and found, 240)
    assert sorted(body_of(fields) for _, fields in letters) == sorted([kind] for kind in KINDS)
    for _, fields in letters:
        attributes = json.loads(fields["attributes"])
        assert attributes["reason"] == GIVEN_UP
        assert attributes.keys() == {"reason", "deadLetteredAt", "messageId"}
    eventually(lambda: client.xlen(EVENTS) == 0)
    assert sorted(stack.stored_ids()) == sorted(f"{when}-{kind}" for when in ("before", "after") for kind in KINDS)
    client.close()


def body_of(letter: dict[str, str]) -> list[str]:
    """Return the ids of a dead letter's events."""
    return [found["eventId"] for found in json.loads(letter["body"])["events"]]
