"""The meaning of a function's answer to a batch.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import pytest

from runner.functions.outcome import Outcome
from runner.sources.sqs.event import succeeded
from runner.sources.sqs.queue import Message

BATCH = [Message(name, name, "{}", 0, 0, 1) for name in ("a", "b", "c")]


def removed(answer: str, *, failed: bool = False, reports: bool = True) -> str:
    return "".join(message.message_id for message in succeeded(BATCH, Outcome(answer.encode(), failed), reports))


@pytest.mark.parametrize(
    "answer", ["", "null", "{}", '{"batchItemFailures": []}', '{"batchItemFailures": null}', '{"other": 1}']
)
def test_an_empty_answer_is_a_success(answer: str) -> None:
    assert removed(answer) == "abc"


@pytest.mark.parametrize(
    ("answer", "gone"),
    [
        ('{"batchItemFailures": [{"itemIdentifier": "b"}]}', "ac"),
        ('{"batchItemFailures": [{"itemIdentifier": "b"}, {"itemIdentifier": "b"}]}', "ac"),
        ('{"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "c"}], "other": 1}', "b"),
        ('{"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "b"}, {"itemIdentifier": "c"}]}', ""),
    ],
)
def test_the_messages_that_an_answer_names_have_failed(answer: str, gone: str) -> None:
    assert removed(answer) == gone


@pytest.mark.parametrize(
    "answer",
    [
        '{"batchItemFailures": [{"itemIdentifier": ""}]}',
        '{"batchItemFailures": [{"itemIdentifier": null}]}',
        '{"batchItemFailures": [{"itemIdentifier": "unknown"}]}',
        '{"batchItemFailures": [{"itemIdentifier": "b"}, {"itemIdentifier": "unknown"}]}',
        '{"batchItemFailures": [{"itemIdentifier": ["b"]}]}',
        '{"batchItemFailures": [{"itemIdentifier": 1}]}',
        '{"batchItemFailures": [{"badKeyName": "b"}]}',
        '{"batchItemFailures": ["b"]}',
        '{"batchItemFailures": [null]}',
        '{"batchItemFailures": {"itemIdentifier": "b"}}',
        '{"batchItemFailures": "b"}',
        '{"batchItemFailures": false}',
        '{"batchItemFailures": 0}',
        '{"batchItemFailures": ""}',
        '"a string"',
        "[1]",
        "no JSON",
    ],
)
def test_a_malformed_answer_fails_the_complete_batch(answer: str) -> None:
    assert removed(answer) == ""


def test_a_function_error_fails_the_complete_batch() -> None:
    assert removed("{}", failed=True) == ""
    assert removed("{}", failed=True, reports=False) == ""


def test_without_report_batch_item_failures_any_answer_is_a_success() -> None:
    assert removed('{"batchItemFailures": [{"itemIdentifier": "b"}]}', reports=False) == "abc"
    assert removed("no JSON", reports=False) == "abc"
