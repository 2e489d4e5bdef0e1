"""The main job's suite once more, on an emulated AWS to which CloudFormation deployed template.yaml: `make emulate`.

Every test with the fixture `stack` in the modules below runs here unchanged, except those in NOT_HERE.
"""

import inspect
import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from infra.emulation.session import client_of
from tests.e2e import stack as stack_module
from tests.e2e import test_live_path, test_views, test_wire_contract
from tests.e2e.stack import ROOT, Stack, event, eventually, receive, running

SUITE = (test_live_path, test_wire_contract, test_views)
ONE_ADDRESS = "CloudFront puts all under one address; here each Function URL has its own"
NOT_HERE = {
    "test_the_ready_file_has_exactly_its_keys": "a file of the runner only",
    "test_the_curl_commands_of_the_first_check_work": ONE_ADDRESS,
    "test_a_browser_gets_the_dashboard_at_the_root_address": ONE_ADDRESS,
    "test_openapi_and_its_page_are_served": ONE_ADDRESS,
    "test_unknown_paths_and_methods_are_refused": ONE_ADDRESS,
    "test_uptime_monitors_may_send_head": ONE_ADDRESS,
    "test_the_handshake_is_refused_without_the_token": "MiniStack refuses every handshake with 403",
}
pytestmark = pytest.mark.timeout(720)


def suite() -> dict[str, Any]:
    return {
        name: test
        for module in SUITE
        for name, test in vars(module).items()
        if name.startswith("test_") and "stack" in inspect.signature(test).parameters
    }


globals().update({name: test for name, test in suite().items() if name not in NOT_HERE})


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    command = [sys.executable, "-m", "infra.emulation"]
    environment = {"PYTHONPATH": f"{ROOT}:{ROOT / 'layers/common/python'}"}
    folder = tmp_path_factory.mktemp("emulation")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stack_module, "START_SECONDS", 600.0)
        with running(folder / "data", command=command, environment=environment) as found:
            warm_up(found)
            yield found


def warm_up(stack: Stack) -> None:
    """Invoke every function once."""
    with stack.socket() as socket:
        stack.post([event("warm", classId="warm")])
        receive(socket, "snapshot")
        socket.send('{"action": "ping"}')
        receive(socket, "pong")
        eventually(lambda: stack.stored_ids("warm"))


@pytest.fixture
def sqs(stack: Stack) -> Any:
    return client_of("sqs", stack.ready["endpoint"])


def url_of(sqs: Any, name: str) -> str:
    found: str = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    return found


def dead_letters(sqs: Any, name: str) -> list[dict[str, Any]]:
    """Receive and delete the dead letters; return them."""
    url = url_of(sqs, name)
    asked = {"MaxNumberOfMessages": 10, "AttributeNames": ["All"], "MessageAttributeNames": ["All"]}
    found: list[dict[str, Any]] = sqs.receive_message(QueueUrl=url, **asked).get("Messages", [])
    for letter in found:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=letter["ReceiptHandle"])
    return found


def test_every_test_that_the_emulation_excludes_exists() -> None:
    assert set(NOT_HERE) <= set(suite())
    assert len(suite()) - len(NOT_HERE) >= 15


def test_an_invalid_message_becomes_a_dead_letter_and_its_neighbours_are_stored(
    stack: Stack, sqs: Any, class_id: str
) -> None:
    batch = {
        "batchId": "by-hand",
        "receivedAt": "2026-01-01T09:00:00Z",
        "events": [event("good") | {"classId": class_id}],
    }
    entries = [{"Id": "bad", "MessageBody": '{"not": "a batch"}'}, {"Id": "good", "MessageBody": json.dumps(batch)}]
    sqs.send_message_batch(QueueUrl=url_of(sqs, "classpulse-events"), Entries=entries)
    eventually(lambda: stack.stored_ids(class_id) == ["good"])
    [letter] = eventually(lambda: dead_letters(sqs, "classpulse-events-dead"))
    assert letter["Body"] == '{"not": "a batch"}'
    assert letter["MessageAttributes"]["reason"]["StringValue"] == "the body is not a batch"


def test_only_the_failed_messages_of_a_batch_are_retried_and_become_dead_letters(
    stack: Stack, sqs: Any, class_id: str
) -> None:
    queue = url_of(sqs, "classpulse-updates")
    asked = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["RedrivePolicy", "VisibilityTimeout"])[
        "Attributes"
    ]
    policy = json.loads(asked["RedrivePolicy"])
    assert (asked["VisibilityTimeout"], int(policy["maxReceiveCount"])) == ("30", 5)
    # With the template's visibility timeout it would take two and a half minutes.
    quick = {"VisibilityTimeout": "1", "RedrivePolicy": json.dumps(policy | {"maxReceiveCount": 2})}
    stack.post([event("one", classId=class_id)])
    students = eventually(lambda: stack.get(f"classes/{class_id}/progress")["students"])
    with stack.socket() as socket:
        socket.send(json.dumps({"action": "subscribe", "classId": class_id}))
        while receive(socket, "snapshot")["classId"] != class_id:
            pass
        sqs.set_queue_attributes(QueueUrl=queue, Attributes=quick)
        try:
            good = json.dumps({"kind": "changed", "classId": class_id, "revision": 777, "students": students})
            entries = [{"Id": "bad", "MessageBody": "no update"}, {"Id": "good", "MessageBody": good}]
            sqs.send_message_batch(QueueUrl=queue, Entries=entries)
            assert receive(socket, "progress")["revisions"] == [777]
            [letter] = eventually(lambda: dead_letters(sqs, "classpulse-updates-dead"))
        finally:
            sqs.set_queue_attributes(QueueUrl=queue, Attributes=asked)
        assert letter["Body"] == "no update"
        assert int(letter["Attributes"]["ApproximateReceiveCount"]) >= 2
        # Notified once: the good message was deleted before the second attempt of the bad one.
        with pytest.raises(TimeoutError):
            receive(socket, "progress", 0.5)


@pytest.mark.parametrize("query", ["", "?token=wrong"])
def test_a_handshake_without_the_token_is_refused(stack: Stack, query: str) -> None:
    with pytest.raises(InvalidStatus) as refused, connect(stack.ready["websocket_url"] + query, proxy=None):
        pass
    assert refused.value.response.status_code == 403
