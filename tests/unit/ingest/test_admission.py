"""Admission: the senders that may post events for a class and a student."""

import json
from datetime import timedelta
from typing import Any

import pytest
from classpulse.core.digests import digest
from classpulse.core.problems import Problem
from classpulse.identity.tokens import JwtTokens
from classpulse.ingest.admission import (
    NO_KEY,
    NOT_LOCAL,
    OTHER_CLASS,
    OTHER_STUDENT,
    REGISTERED,
    STUDENTS_ONLY,
    IngestAuthorizer,
)
from classpulse.ingest.api import is_local
from classpulse.ingest.batches import Batch, class_of
from classpulse.ingest.keys import KEY_INVALID
from classpulse.ingest.ports import IngestKey, StudentToken
from classpulse.ingest.privacy import ClassPolicy
from classpulse.ingest.rate_limits import Unlimited
from classpulse.ingest.service import Ingest, Limits, Receipt

from tests.builders import NOW, wire_event
from tests.fakes.ingest import MemoryPolicyCache
from tests.fakes.queues import MemoryQueue

INGEST_KEY = "the-ingest-key-of-the-tests"
CLASS_KEY, EXPIRED_KEY = "cpk_of-python-1", "cpk_expired"
TOKENS = JwtTokens(["a-signing-key-of-the-tests-0123456789"])
PRIVACY_KEY = b"a privacy key of the tests"


class Scene:
    """An ingest with one registered class, python-1."""

    def __init__(self, policy: ClassPolicy | None = None, *, is_open: bool = False) -> None:
        self.queue, self.policy_cache = MemoryQueue(), MemoryPolicyCache()
        self.policy_cache.publish(
            [policy or ClassPolicy(class_id="python-1")],
            {
                digest(CLASS_KEY): IngestKey("python-1", 1, (NOW + timedelta(hours=1)).timestamp()),
                digest(EXPIRED_KEY): IngestKey("python-1", 2, NOW.timestamp()),
            },
        )
        authorizer = IngestAuthorizer(
            self.policy_cache, TOKENS, lambda: NOW, INGEST_KEY, is_open=is_open, default_class_id="default"
        )
        self.ingest = Ingest(authorizer, self.queue, Limits(Unlimited(), Unlimited()), privacy_key=PRIVACY_KEY)

    def post(self, *events: dict[str, Any], bearer: str | None = None, local: bool = True) -> Receipt:
        return self.ingest(json.dumps(events).encode(), bearer, is_local=local)

    @property
    def queued(self) -> list[tuple[str, str, str]]:
        """Class, student and event of each queued event."""
        batches = [Batch.model_validate_json(message.body) for message in self.queue.messages]
        return [(class_of(event), event.user_id, event.event_id) for batch in batches for event in batch.events]


def token(class_id: str = "python-1", user_id: str = "ada", hours: int = 1) -> str:
    return TOKENS.student(StudentToken(class_id, user_id, NOW - timedelta(hours=1), NOW + timedelta(hours=hours)))


@pytest.mark.parametrize(
    ("bearer", "status", "problem"),
    [
        pytest.param(None, 401, NO_KEY, id="no key"),
        pytest.param("", 401, NO_KEY, id="an empty key"),
        pytest.param("wrong", 403, KEY_INVALID, id="a wrong key"),
        pytest.param("キー", 403, KEY_INVALID, id="not even ASCII"),
        pytest.param("cpk_unknown", 403, KEY_INVALID, id="an unknown class key"),
        pytest.param(EXPIRED_KEY, 403, KEY_INVALID, id="an expired class key"),
        pytest.param(token(hours=-1), 403, KEY_INVALID, id="an expired token"),
        pytest.param(token()[:-3] + "abc", 403, KEY_INVALID, id="a token with another signature"),
        pytest.param(token("python-2"), 403, KEY_INVALID, id="a token of a class that is not registered"),
    ],
)
def test_an_invalid_key_or_token_is_refused(bearer: str | None, status: int, problem: Problem) -> None:
    scene = Scene()
    receipt = scene.post(wire_event(), bearer=bearer)
    assert (receipt.status, receipt.problem, receipt.processed_count, scene.queue.messages) == (status, problem, 0, [])


def test_open_ingest_accepts_events_without_a_key_at_localhost_only() -> None:
    scene = Scene(is_open=True)
    assert scene.post(wire_event()).status == 202
    refused = scene.post(wire_event(), local=False)
    assert (refused.status, refused.problem) == (401, NOT_LOCAL)
    assert scene.post(wire_event(), bearer="wrong").status == 403
    assert scene.post(wire_event(), bearer=INGEST_KEY, local=False).status == 202


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost:8000", True), ("LOCALHOST", True), ("127.0.0.1:8000", True), ("127.1.2.3", True),
        ("[::1]:8000", True), ("ingest.localhost:4566", True), ("example.org", False), ("", False),
        ("localhost.example.org:8000", False), ("127.0.0.1.example.org", False), ("192.168.0.7:8000", False),
        ("user@localhost@example.org", False), ("[broken", False), ("0.0.0.0:8000", False),
    ],
)  # fmt: skip
def test_a_host_header_that_names_this_machine(host: str, local: bool) -> None:
    assert is_local(host) is local


def test_a_class_key_is_valid_for_its_class_only() -> None:
    scene = Scene()
    receipt = scene.post(
        wire_event(eventId="1"),
        wire_event(eventId="2", classId="python-2"),
        {},
        wire_event(eventId="4", classId="python-1"),
        bearer=CLASS_KEY,
    )
    assert (receipt.status, receipt.processed_count) == (202, 2)
    assert scene.queued == [("python-1", "ada", "1"), ("python-1", "ada", "4")]
    assert [(rejection.index, rejection.event_id) for rejection in receipt.rejected] == [(1, "2"), (2, None)]
    assert receipt.rejected[0].problem == OTHER_CLASS


def test_a_student_token_is_valid_for_its_student_only() -> None:
    scene = Scene()
    events = [wire_event(eventId="1"), wire_event(eventId="2", userId="bob")]
    receipt = scene.post(*events, bearer=token())
    assert scene.queued == [("python-1", "ada", "1")]
    assert [(rejection.index, rejection.problem) for rejection in receipt.rejected] == [(1, OTHER_STUDENT)]


@pytest.mark.parametrize("bearer", [None, INGEST_KEY])
def test_a_registered_class_requires_its_key(bearer: str | None) -> None:
    scene = Scene(is_open=True)
    receipt = scene.post(wire_event(eventId="1", classId="python-1"), wire_event(eventId="2"), bearer=bearer)
    assert scene.queued == [("default", "ada", "2")]
    assert [(rejection.index, rejection.problem) for rejection in receipt.rejected] == [(0, REGISTERED)]
    answer = scene.post(wire_event(classId="python-1"), bearer=bearer)
    assert (answer.status, answer.processed_count, answer.rejected[0].problem) == (422, 0, REGISTERED)


def test_the_default_class_may_be_registered_too() -> None:
    scene = Scene(ClassPolicy(class_id="default"), is_open=True)
    assert scene.post(wire_event()).rejected[0].problem == REGISTERED


def test_a_class_may_require_student_tokens() -> None:
    scene = Scene(ClassPolicy(class_id="python-1", students_only=True))
    refused = scene.post(wire_event(), bearer=CLASS_KEY)
    assert (refused.status, refused.problem) == (403, STUDENTS_ONLY)
    assert scene.post(wire_event(), bearer=token()).status == 202


def test_student_tokens_issued_before_the_revocation_are_refused() -> None:
    issued = int((NOW - timedelta(hours=1)).timestamp())
    assert Scene(ClassPolicy(class_id="python-1", tokens_from=issued)).post(wire_event(), bearer=token()).status == 202
    later = ClassPolicy(class_id="python-1", tokens_from=issued + 1)
    assert Scene(later).post(wire_event(), bearer=token()).status == 403


def test_a_revoked_key_is_refused_at_once() -> None:
    scene = Scene()
    assert scene.post(wire_event(), bearer=CLASS_KEY).status == 202
    scene.policy_cache.publish_class(ClassPolicy(class_id="python-1"), {})
    assert scene.post(wire_event(), bearer=CLASS_KEY).status == 403


@pytest.mark.parametrize("bearer", [None, INGEST_KEY, CLASS_KEY, token()])
def test_every_sender_is_refused_while_the_policies_are_unknown(bearer: str | None) -> None:
    scene = Scene(is_open=True)
    authorizer = IngestAuthorizer(
        MemoryPolicyCache(), TOKENS, lambda: NOW, INGEST_KEY, is_open=True, default_class_id="default"
    )
    ingest = Ingest(authorizer, scene.queue, Limits(Unlimited(), Unlimited()), privacy_key=PRIVACY_KEY)
    refused = ingest(json.dumps([wire_event()]).encode(), bearer, is_local=True)
    assert (refused.status, refused.retry_after, refused.processed_count) == (503, 5, 0)
    assert scene.queue.messages == []


def test_all_senders_of_a_key_share_one_limit() -> None:
    scene = Scene()

    class Full:
        def seconds_to_wait(self, events_by_sender: Any) -> int:
            assert events_by_sender == {("1",): 2}
            return 42

    authorizer = IngestAuthorizer(
        scene.policy_cache, TOKENS, lambda: NOW, INGEST_KEY, is_open=False, default_class_id="default"
    )
    ingest = Ingest(authorizer, scene.queue, Limits(Unlimited(), Full()), privacy_key=PRIVACY_KEY)
    body = json.dumps([wire_event(eventId="1"), wire_event(eventId="2", userId="bob")]).encode()
    refused = ingest(body, CLASS_KEY, is_local=False)
    assert (refused.status, refused.retry_after, scene.queue.messages) == (429, 42, [])
    assert ingest(body, INGEST_KEY, is_local=False).status == 202
