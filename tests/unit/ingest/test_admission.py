"""Admission: the senders that may post events for a class and a student."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from classpulse.core.digests import digest
from classpulse.core.http import function_url_handler
from classpulse.core.loopback import is_forwarded
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
from classpulse.ingest.api import is_local, make_ingest_app
from classpulse.ingest.batches import Batch, class_of, facts_of
from classpulse.ingest.keys import KEY_INVALID
from classpulse.ingest.ports import IngestKey, StudentToken
from classpulse.ingest.privacy import ClassPolicy, pseudonym
from classpulse.ingest.rate_limits import Unlimited
from classpulse.ingest.service import Ingest, Limits, Receipt

from tests.aws_events import payload
from tests.builders import NOW, wire_event
from tests.fakes.ingest import MemoryPolicyCache
from tests.fakes.progress import MemoryStore
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
        self.ingest = Ingest(
            authorizer, self.queue, Limits(Unlimited(), Unlimited(), Unlimited()), privacy_key=PRIVACY_KEY
        )

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


PROXIES = [
    {"X-Forwarded-For": "203.0.113.9"},
    {"X-Forwarded-For": "203.0.113.9,127.0.0.1"},
    # A client of a proxy on this machine, as the runner's Function URL writes it.
    {"X-Forwarded-For": "127.0.0.1,127.0.0.1"},
    {"X-Forwarded-For": "unknown,127.0.0.1"},
    {"X-Forwarded-For": ""},
    {"X-Forwarded-Host": "localhost:8000"},
    {"X-Forwarded-Proto": "https"},
    {"X-Forwarded-Port": "443"},
    {"X-Forwarded-Server": "proxy"},
    {"Forwarded": "for=127.0.0.1;proto=http"},
    {"Via": "1.1 caddy"},
    {"X-Real-IP": "127.0.0.1"},
    {"CF-Connecting-IP": "127.0.0.1"},
    {"CF-Ray": "1"},
    {"CloudFront-Viewer-Address": "127.0.0.1:1"},
    {"True-Client-IP": "127.0.0.1"},
    {"Fastly-Client-IP": "127.0.0.1"},
    {"X-Client-IP": "127.0.0.1"},
    {"X-Original-Host": "localhost"},
    {"Tailscale-User-Login": "ada"},
]


@pytest.mark.usefixtures("event_loop_of_mangum")
@pytest.mark.parametrize("headers", PROXIES, ids=str)
def test_behind_a_proxy_no_request_is_local(headers: dict[str, str]) -> None:
    assert is_forwarded(headers)
    assert is_forwarded({name.lower(): value for name, value in headers.items()})
    direct, forwarded = _keyless({}), _keyless({name.lower(): value for name, value in headers.items()})
    assert (direct[0], forwarded[0]) == (202, 401)
    assert (forwarded[1]["error"], forwarded[1]["code"]) == (NOT_LOCAL.error, NOT_LOCAL.code)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "127.8.9.1"])
def test_what_a_function_url_adds_is_not_a_proxys(address: str) -> None:
    assert not is_forwarded({"Host": "localhost", "X-Forwarded-For": address, "X-Forwarded-Proto": "http"})


def _keyless(headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
    """Post without a key; the Function URL adds two headers."""
    event = payload("function_url") | {"rawPath": "/api/v1/events", "body": json.dumps([wire_event()])}
    event["headers"] |= {"host": "localhost:8000", "content-type": "application/json"} | headers
    event["requestContext"]["http"] |= {"path": "/api/v1/events"}
    event["requestContext"] |= {"requestId": "1", "time": "01/Jan/2026:09:00:00 +0000", "timeEpoch": 1767258000000}
    handler: Any = function_url_handler(make_ingest_app(Scene(is_open=True).ingest))
    answer = handler(event, None)
    return answer["statusCode"], json.loads(answer["body"])


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


@pytest.mark.parametrize("pseudonymous", [False, True])
def test_two_students_events_of_one_id_are_both_queued(pseudonymous: bool) -> None:
    scene = Scene(ClassPolicy(class_id="python-1", pseudonymous=pseudonymous))
    events = [wire_event(eventId="1", userId=user_id) for user_id in ("eve", "ada")]
    assert scene.post(*events, bearer=CLASS_KEY).processed_count == 2
    stored_as = [pseudonym(PRIVACY_KEY, "python-1", name) if pseudonymous else name for name in ("eve", "ada")]
    assert scene.queued == [("python-1", name, "1") for name in stored_as]
    store = MemoryStore(lambda: NOW)
    for message in scene.queue.messages:
        store.store(facts_of(Batch.model_validate_json(message.body)))
    assert [student.events for student in store.read_class("python-1").students] == [1, 1]


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


def test_a_student_token_that_has_ended_is_refused_and_one_without_an_id_too() -> None:
    scene, policy = Scene(), ClassPolicy(class_id="python-1")
    claims = StudentToken("python-1", "ada", NOW - timedelta(hours=1), NOW + timedelta(hours=1))
    bearer = TOKENS.student(claims)
    scene.policy_cache.publish_class(policy, {}, {claims.token_id: NOW.timestamp() + 1, "another": 0.0})
    assert scene.post(wire_event(), bearer=bearer).status == 202
    scene.policy_cache.publish_class(policy, {}, {claims.token_id: NOW.timestamp()})
    refused = scene.post(wire_event(), bearer=bearer)
    assert (refused.status, refused.problem) == (403, KEY_INVALID)
    assert scene.post(wire_event(), bearer=TOKENS.student(replace(claims, token_id=""))).status == 403


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
    ingest = Ingest(authorizer, scene.queue, Limits(Unlimited(), Unlimited(), Unlimited()), privacy_key=PRIVACY_KEY)
    refused = ingest(json.dumps([wire_event()]).encode(), bearer, is_local=True)
    assert (refused.status, refused.retry_after, refused.processed_count) == (503, 5, 0)
    assert scene.queue.messages == []


def test_all_senders_of_a_key_share_one_limit() -> None:
    scene = Scene()

    class Full:
        def seconds_to_wait(self, events_by_sender: Any) -> int:
            assert events_by_sender == {("key 1",): 2}
            return 42

    authorizer = IngestAuthorizer(
        scene.policy_cache, TOKENS, lambda: NOW, INGEST_KEY, is_open=False, default_class_id="default"
    )
    ingest = Ingest(authorizer, scene.queue, Limits(Unlimited(), Full(), Unlimited()), privacy_key=PRIVACY_KEY)
    body = json.dumps([wire_event(eventId="1"), wire_event(eventId="2", userId="bob")]).encode()
    refused = ingest(body, CLASS_KEY, is_local=False)
    assert (refused.status, refused.retry_after, scene.queue.messages) == (429, 42, [])
    assert ingest(body, INGEST_KEY, is_local=False).status == 202
