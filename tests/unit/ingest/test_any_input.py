"""Any input to ingest and to the WebSocket gets an answer of the contract, and never an exception."""

import base64
import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from classpulse import bootstrap
from classpulse.core.digests import digest
from classpulse.core.http import function_url_handler
from classpulse.core.privacy_level import PrivacyLevel
from classpulse.identity.model import Grant, Role, SocketIdentity
from classpulse.identity.tokens import JwtTokens
from classpulse.ingest.admission import IngestAuthorizer
from classpulse.ingest.api import make_ingest_app
from classpulse.ingest.batches import Batch
from classpulse.ingest.ports import IngestKey
from classpulse.ingest.privacy import ClassPolicy
from classpulse.ingest.rate_limits import Unlimited
from classpulse.ingest.service import Ingest, Limits
from classpulse.live.subscriptions import Subscriptions
from classpulse.progress.updates import UPDATE, Joined
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.aws_events import payload
from tests.builders import NOW, wire_event
from tests.fakes.ingest import MemoryPolicyCache
from tests.fakes.live import MemoryConnections
from tests.fakes.queues import MemoryQueue

pytestmark = pytest.mark.usefixtures("event_loop_of_mangum")
SECRET = "a-secret-of-the-tests-0123456789"
KEY = "cpk_" + "k" * 40
TOKENS = JwtTokens([SECRET])
EVENT_FIELDS = [
    *wire_event(), "emailAddress", "userName", "teamName", "classId", "code", "result", "errorMessage", "hasError",
    "executionDurationMs", "metadata", "consent", "user_id", "event_id", "claimedEventTime", "truncated",
    "cellType", "executionCount", "runId", "reason", "oldPath", "oldNotebookPath", "sentAt", "expectedError", "tags",
]  # fmt: skip

texts = st.text(st.characters(), max_size=20)  # with U+0000 and lone surrogates
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=10,
)
events = st.builds(
    lambda fields: wire_event() | fields, st.dictionaries(st.sampled_from(EVENT_FIELDS) | texts, values, max_size=4)
)
batches = st.lists(events | values, max_size=6)
# Python writes NaN, escaped lone surrogates and numbers of any size, as a client may.
bodies = (values | batches).map(lambda value: json.dumps(value).encode()) | st.binary(max_size=200)
in_headers = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60)
bearers = st.sampled_from([f"Bearer {KEY}", f"Bearer {SECRET}", "Bearer ", "Basic x"]) | in_headers
HOSTS = ["localhost", "[::1]:8000", "[::1", "x:y:z"]
header_sets = st.fixed_dictionaries(
    {"content-type": st.just("application/json") | in_headers},
    optional={"authorization": bearers, "host": st.sampled_from(HOSTS) | in_headers,
              "content-encoding": in_headers, "x-forwarded-proto": in_headers, "x-forwarded-port": in_headers},
)  # fmt: skip
policies = st.builds(
    lambda level, **switches: ClassPolicy(class_id="python-1", privacy=level, **switches),
    st.sampled_from(PrivacyLevel),
    pseudonymous=st.booleans(),
    redact=st.booleans(),
)


def ask(queue: MemoryQueue, policy: ClassPolicy, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    policy_cache = MemoryPolicyCache()
    policy_cache.publish([policy], {digest(KEY): IngestKey("python-1", 1, None)})
    authorizer = IngestAuthorizer(policy_cache, TOKENS, lambda: NOW, SECRET, is_open=True, default_class_id="default")
    ingest = Ingest(authorizer, queue, Limits(Unlimited(), Unlimited(), Unlimited()), privacy_key=SECRET.encode())
    invoke: Any = function_url_handler(make_ingest_app(ingest))
    event = payload("function_url")
    event |= {"rawPath": "/api/v1/events", "headers": headers, "isBase64Encoded": True}
    event["body"] = base64.b64encode(body).decode()
    event["requestContext"]["http"] |= {"method": "POST", "path": "/api/v1/events"}
    event["requestContext"] |= {"requestId": "1", "time": "01/Jan/2026:09:00:00 +0000", "timeEpoch": 1767258000000}
    answer: dict[str, Any] = invoke(event, None)
    return answer


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(policies, header_sets, bodies)
def test_accepted_events_are_queued_and_no_input_fails(
    policy: ClassPolicy, headers: dict[str, str], body: bytes
) -> None:
    queue = MemoryQueue()
    answer = ask(queue, policy, headers, body)
    assert answer["statusCode"] in {202, 400, 401, 403, 413, 415, 422}
    said = json.loads(answer["body"])
    queued = [event for message in queue.messages for event in Batch.model_validate_json(message.body).events]
    assert len(queued) == said["processed_count"]
    assert (answer["statusCode"] == 202) == bool(queued)
    assert all(rejection["error"] for rejection in said["rejected"])


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(policies, st.lists(events | values, min_size=1, max_size=6))
def test_each_event_of_a_batch_is_accepted_or_named(policy: ClassPolicy, batch: list[Any]) -> None:
    queue = MemoryQueue()
    headers = {"content-type": "application/json", "authorization": f"Bearer {KEY}"}
    answer = ask(queue, policy, headers, json.dumps(batch).encode())
    said = json.loads(answer["body"])
    assert answer["statusCode"] in {202, 422}
    assert said["processed_count"] + len(said["rejected"]) == len(batch)


REQUIRED = {"eventId", "eventType", "eventTime", "userId", "emailAddress", "classId"}
printed = st.text(st.sampled_from("a \r\n\b\x1b[2KA;") | st.characters(), max_size=40)
optional_fields = st.dictionaries(
    st.sampled_from(sorted({*EVENT_FIELDS, "notebookPath"} - REQUIRED))
    | texts.filter(lambda name: name not in REQUIRED),
    values | printed | st.lists(printed, max_size=3) | st.datetimes().map(lambda time: f"{time.isoformat()}Z"),
    max_size=6,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(policies, st.lists(optional_fields, min_size=1, max_size=4))
def test_no_input_loses_a_run_whose_required_fields_are_valid(policy: ClassPolicy, batch: list[dict[str, Any]]) -> None:
    queue = MemoryQueue()
    headers = {"content-type": "application/json", "authorization": f"Bearer {KEY}"}
    sent = [fields | {name: value for name, value in wire_event().items() if name in REQUIRED} for fields in batch]
    answer = ask(queue, policy, headers, json.dumps(sent).encode())
    said = json.loads(answer["body"])
    assert (answer["statusCode"], said["processed_count"], said["rejected"]) == (202, len(batch), [])
    assert all(warning["warning"] and warning["field"] in sent[warning["index"]] for warning in said["warnings"])


@pytest.fixture(scope="module")
def message_function() -> Any:
    """Return functions/message/handler.py, with fakes behind it."""
    connections, updates = MemoryConnections(), MemoryQueue()
    connections.open("one", SocketIdentity(7, "Ada", {"python-1": Grant(Role.ASSISTANT, "red")}))
    connections.open("operator", SocketIdentity(None, "operator", None))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "subscriptions", lambda: Subscriptions(connections, updates, "default"))
        function = _load(Path(__file__).parents[3] / "functions/message/handler.py")

    def say(connection_id: str, body: str | None) -> tuple[dict[str, Any], list[Joined]]:
        updates.messages.clear()
        event = {"requestContext": {"connectionId": connection_id}, "body": body}
        answer: dict[str, Any] = function.handler(event, None)
        found = [UPDATE.validate_json(message.body) for message in updates.messages]
        return answer, [update for update in found if isinstance(update, Joined)]

    return say


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("message_handler", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


actions = st.sampled_from(["subscribe", "ping", "unsubscribe", ""])
class_ids = st.sampled_from(["python-1", "default", "", "\0"]) | texts
sayings = st.fixed_dictionaries(
    {"action": actions | values}, optional={"classId": class_ids | values, "since": values, "more": values}
)
said_texts = (sayings | values).map(json.dumps) | texts | st.binary(max_size=100).map(lambda raw: raw.decode("latin-1"))


@given(st.sampled_from(["one", "operator", "nobody"]), said_texts | st.none() | st.just("[" * 100_000))
def test_any_socket_message_gets_a_documented_answer(
    message_function: Any, connection_id: str, body: str | None
) -> None:
    answer, joined = message_function(connection_id, body)
    assert answer["statusCode"] == 200
    if "body" in answer:
        assert json.loads(answer["body"])["type"] in {"pong", "error"}
        assert joined == []
        return
    [update] = joined
    assert connection_id in {"operator", "one"}
    assert connection_id == "operator" or (update.class_id, update.team_name) == ("python-1", "red")
    assert "\0" not in update.class_id, "PostgreSQL cannot store such a class, and a query for it fails"
