"""Path keys: the address with a key permits what a class key permits, and nothing else."""

import json
import logging
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from classpulse.core.digests import digest
from classpulse.core.http import function_url_handler
from classpulse.identity.tokens import JwtTokens
from classpulse.ingest.admission import OTHER_CLASS, STUDENTS_ONLY, IngestAuthorizer
from classpulse.ingest.api import make_ingest_app
from classpulse.ingest.batches import Batch
from classpulse.ingest.keys import KEY_INVALID, PATH_PREFIX, PREFIX, keyed_path, new_key
from classpulse.ingest.ports import Admission, IngestKey, StudentToken
from classpulse.ingest.privacy import ClassPolicy
from classpulse.ingest.rate_limits import Unlimited
from classpulse.ingest.service import KEY_RATE_LIMITED, STUDENT_RATE_LIMITED, Ingest, Limits, Receipt

from tests.aws_events import payload
from tests.builders import NOW, wire_event
from tests.fakes.ingest import MemoryPolicyCache
from tests.fakes.queues import MemoryQueue

INGEST_KEY = "the-ingest-key-of-the-tests"
TOKENS = JwtTokens(["a-signing-key-of-the-tests-0123456789"])
CLASS_KEY, PATH_KEY = new_key(), new_key(in_path=True)
EXPIRED, GONE = f"{PATH_PREFIX}expired", f"{PATH_PREFIX}of-an-erased-class"
OWN_TOKEN = TOKENS.student(StudentToken("python-1", "ada", NOW - timedelta(hours=1), NOW + timedelta(hours=1)))
REFUSED = {
    "unknown": new_key(in_path=True),
    "expired": EXPIRED,
    "of a class that is gone": GONE,
    "a class key": CLASS_KEY,
    "the ingest key": INGEST_KEY,
    "a student's token": OWN_TOKEN,
    "the beginning of a key": PATH_KEY[:-1],
    "more than a key": f"{PATH_KEY}x",
    "another case": PATH_KEY.upper(),
    "only the prefix": PATH_PREFIX,
    "not ASCII": "キー",
    "long": PATH_PREFIX + "x" * 60_000,
    "encoded twice": PATH_KEY.replace("_", "%5F"),
    "a template": "{pathKey}",
}


class Counting(MemoryPolicyCache):
    """Counts the lookups."""

    lookups = 0

    def look_up(self, *arguments: Any) -> Admission:
        self.lookups += 1
        return super().look_up(*arguments)


class Limit:
    """Notes whom it was asked about; allows nothing once it is full."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.is_full = False

    def seconds_to_wait(self, events_by_sender: Any) -> int:
        self.asked.append(events_by_sender)
        return 42 if self.is_full else 0


class Scene:
    """An ingest with one registered class, python-1, which has a key of each kind."""

    def __init__(self, policy: ClassPolicy | None = None, *, is_open: bool = True) -> None:
        self.queue, self.policy_cache = MemoryQueue(), Counting()
        self.student, self.key, self.path_key = Limit(), Limit(), Limit()
        self.policy = policy or ClassPolicy(class_id="python-1")
        self.keys = {
            digest(CLASS_KEY): IngestKey("python-1", 1),
            digest(PATH_KEY): IngestKey("python-1", 2, (NOW + timedelta(hours=1)).timestamp(), in_path=True),
            digest(EXPIRED): IngestKey("python-1", 3, NOW.timestamp(), in_path=True),
            digest(GONE): IngestKey("gone", 4, in_path=True),
        }
        self.policy_cache.publish([self.policy], self.keys)
        authorizer = IngestAuthorizer(
            self.policy_cache, TOKENS, lambda: NOW, INGEST_KEY, is_open=is_open, default_class_id="default"
        )
        limits = Limits(self.student, self.key, self.path_key)
        self.ingest = Ingest(authorizer, self.queue, limits, privacy_key=b"a privacy key of the tests")

    def post(self, *events: dict[str, Any], key: str = PATH_KEY) -> Receipt:
        return self.ingest.with_path_key(json.dumps(events or [wire_event()]).encode(), key)

    def request(self, path: str, method: str = "POST", **headers: str) -> dict[str, Any]:
        """Answer what a Function URL would send for this path, at localhost, as a page of JupyterLab posts."""
        event = payload("function_url") | {"rawPath": path, "body": json.dumps([wire_event()])}
        event["headers"] |= {"host": "localhost:8000", "content-type": "application/json"} | headers
        event["requestContext"]["http"] |= {"path": path, "method": method}
        event["requestContext"] |= {"requestId": "1", "time": "01/Jan/2026:09:00:00 +0000", "timeEpoch": 1767258000000}
        handler: Any = function_url_handler(make_ingest_app(self.ingest))
        answer: dict[str, Any] = handler(event, None)
        return answer

    @property
    def queued(self) -> list[tuple[str | None, str]]:
        batches = [Batch.model_validate_json(message.body) for message in self.queue.messages]
        return [(event.class_id, event.event_id) for batch in batches for event in batch.events]


def test_keys_of_each_kind_are_random_and_told_apart_by_their_beginning() -> None:
    assert PATH_PREFIX != PREFIX
    assert CLASS_KEY.startswith(PREFIX)
    assert PATH_KEY.startswith(PATH_PREFIX)
    # 256 bits, in characters that a path needs not encode.
    assert len(PATH_KEY) == len(PATH_PREFIX) + 43
    assert quote(PATH_KEY, safe="") == PATH_KEY
    assert keyed_path("cpp_k") == "/api/v1/keyed/cpp_k/events"


def test_a_path_key_is_valid_for_events_of_its_class_only() -> None:
    scene = Scene()
    receipt = scene.post(
        wire_event(eventId="1"), wire_event(eventId="2", classId="python-2"), wire_event(eventId="3", userId="bob")
    )
    assert (receipt.status, receipt.processed_count) == (202, 2)
    assert scene.queued == [("python-1", "1"), ("python-1", "3")]
    assert [(rejection.index, rejection.problem) for rejection in receipt.rejected] == [(1, OTHER_CLASS)]


@pytest.mark.parametrize("name", REFUSED)
def test_everything_but_a_valid_path_key_gets_the_same_answer_after_the_same_lookup(name: str) -> None:
    scene = Scene()
    receipt = scene.post(key=REFUSED[name])
    assert (receipt.status, receipt.problem, receipt.processed_count, scene.queued) == (403, KEY_INVALID, 0, [])
    assert receipt.retry_after is None
    assert scene.policy_cache.lookups == 1
    assert (scene.student.asked, scene.path_key.asked) == ([], [])


@pytest.mark.parametrize("is_open", [True, False])
def test_a_path_key_is_refused_as_a_bearer_token(is_open: bool) -> None:
    scene = Scene(is_open=is_open)
    body = json.dumps([wire_event()]).encode()
    refused = scene.ingest(body, PATH_KEY, is_local=True)
    assert (refused.status, refused.problem, scene.queued) == (403, KEY_INVALID, [])
    assert scene.ingest(body, CLASS_KEY, is_local=True).status == 202


def test_a_class_that_requires_student_tokens_refuses_its_path_key() -> None:
    scene = Scene(ClassPolicy(class_id="python-1", students_only=True))
    refused = scene.post()
    assert (refused.status, refused.problem, scene.queued) == (403, STUDENTS_ONLY, [])


def test_a_revoked_path_key_is_refused_at_once_and_the_class_key_stays() -> None:
    scene = Scene()
    assert scene.post().status == 202
    scene.policy_cache.publish_class(scene.policy, {digest(CLASS_KEY): scene.keys[digest(CLASS_KEY)]})
    assert (scene.post().status, scene.post().problem) == (403, KEY_INVALID)
    assert scene.ingest(json.dumps([wire_event()]).encode(), CLASS_KEY, is_local=False).status == 202


def test_a_path_key_is_refused_while_the_policies_are_unknown() -> None:
    scene = Scene()
    authorizer = IngestAuthorizer(
        MemoryPolicyCache(), TOKENS, lambda: NOW, INGEST_KEY, is_open=True, default_class_id="default"
    )
    limits = Limits(Unlimited(), Unlimited(), Unlimited())
    ingest = Ingest(authorizer, scene.queue, limits, privacy_key=b"a privacy key of the tests")
    refused = ingest.with_path_key(json.dumps([wire_event()]).encode(), PATH_KEY)
    assert (refused.status, refused.retry_after, scene.queue.messages) == (503, 5, [])


def test_a_path_key_has_its_own_limit_and_its_own_count_of_each_student() -> None:
    scene = Scene()
    scene.post(wire_event(eventId="1"), wire_event(eventId="2", userId="bob"))
    assert scene.student.asked == [{("python-1", "ada", "path key 2"): 1, ("python-1", "bob", "path key 2"): 1}]
    assert (scene.path_key.asked, scene.key.asked) == ([{("path key 2",): 2}], [])
    for limit, problem in ((scene.path_key, KEY_RATE_LIMITED), (scene.student, STUDENT_RATE_LIMITED)):
        limit.is_full = True
        refused = scene.post()
        assert (refused.status, refused.problem, refused.retry_after) == (429, problem, 42)
    scene.student.is_full = False
    assert scene.ingest(json.dumps([wire_event()]).encode(), CLASS_KEY, is_local=False).status == 202


@pytest.mark.usefixtures("event_loop_of_mangum")
@pytest.mark.parametrize(
    "bearer",
    [CLASS_KEY, INGEST_KEY, OWN_TOKEN, "wrong", ""],
    ids=["a class key", "the ingest key", "a student's token", "a wrong key", "none"],
)
def test_an_authorization_header_beside_a_path_key_has_no_effect(bearer: str) -> None:
    scene = Scene()
    header = {"authorization": f"Bearer {bearer}"}
    assert scene.request(keyed_path(PATH_KEY), **header)["statusCode"] == 202
    refused = scene.request(keyed_path(REFUSED["unknown"]), **header)
    assert (refused["statusCode"], json.loads(refused["body"])["code"]) == (403, "key_invalid")
    assert len(scene.queued) == 1


@pytest.mark.usefixtures("event_loop_of_mangum")
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/keyed//events", 404),
        ("/api/v1/keyed/events", 404),
        ("/api/v1/keyed/{key}", 404),
        ("/api/v1/keyed/{key}/events/", 404),
        ("/api/v1/keyed/{key}/x/events", 404),
        ("/api/v1/keyed/{key}%2Fx/events", 404),
        ("/api/v1/keyed/%00/events", 403),
        ("/api/v1/keyed/%FF/events", 403),
        ("/api/v1/keyed/..%5C/events", 403),
        ("/api/v1/events/{key}", 404),
    ],
)
def test_only_the_address_itself_accepts_events(path: str, status: int) -> None:
    scene = Scene()
    answer = scene.request(path.format(key=PATH_KEY))
    assert (answer["statusCode"], scene.queued) == (status, [])
    assert PATH_KEY not in json.dumps(answer)


@pytest.mark.usefixtures("event_loop_of_mangum")
def test_the_address_is_no_page_and_reads_nothing() -> None:
    scene = Scene()
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE"):
        answer = scene.request(keyed_path(PATH_KEY), method)
        assert (answer["statusCode"], answer["headers"]["allow"]) == (405, "POST")
    assert scene.request(keyed_path(PATH_KEY), **{"content-type": "text/plain"})["statusCode"] == 415
    assert scene.queued == []


@pytest.mark.usefixtures("event_loop_of_mangum")
def test_no_answer_and_no_log_record_of_any_library_repeats_a_path_key(caplog: pytest.LogCaptureFixture) -> None:
    # Lambda's JSON logs show INFO, so every library's level counts, not the level that the runner shows.
    caplog.set_level(logging.DEBUG)
    scene = Scene()
    encoded = "".join(f"%{ord(character):02X}" for character in PATH_KEY)
    paths = [*map(keyed_path, (PATH_KEY, encoded, REFUSED["unknown"])), f"/api/v1/keyed/{PATH_KEY}/nothing"]
    answers = [scene.request(path, method) for path in paths for method in ("POST", "GET", "OPTIONS")]
    scene.policy_cache._published = False
    answers.append(scene.request(keyed_path(PATH_KEY)))
    assert {answer["statusCode"] for answer in answers} == {202, 403, 404, 405, 503}
    for answer in answers:
        assert answer["headers"]["referrer-policy"] == "no-referrer"
        assert "location" not in answer["headers"]
    written = json.dumps(answers) + "".join(str(vars(record)) for record in caplog.records) + caplog.text
    assert "batch accepted" in written
    for secret in (PATH_KEY, encoded, REFUSED["unknown"], PATH_KEY[len(PATH_PREFIX) :]):
        assert secret not in written
