"""What is kept of output and of long texts."""

import pytest
from classpulse.ingest.error_names import error_name
from classpulse.ingest.events import MAX_TEXT_LENGTH
from classpulse.ingest.privacy import ClassPolicy, protect
from classpulse.ingest.texts import fold_output, truncate_texts

from tests.builders import make_event

LONG = "x" * (MAX_TEXT_LENGTH + 1)


def test_output_and_error_message_are_folded_and_code_is_not() -> None:
    event = fold_output(make_event(code="a\rb", result=" 1%\r100%", errorMessage="no\rValueError: no", other="a\rb"))
    assert (event.code, event.result, event.error_message) == ("a\rb", "100%", "ValueError: no")
    assert event.model_extra == {"other": "a\rb"}
    assert fold_output(event) is event


def test_a_text_that_is_folded_short_is_not_truncated() -> None:
    event = truncate_texts(fold_output(make_event(result="\r00001 [----------]" * 20_000 + "\nloss=0.31")))
    assert (event.result, event.model_extra) == ("00001 [----------]\nloss=0.31", {})


def test_long_texts_keep_both_ends_and_are_marked() -> None:
    event = truncate_texts(make_event(code="short", result=LONG, metadata={"a": ["b", LONG]}, my_answer=LONG))
    assert event.result is not None
    start, line, end = event.result.split("\n")
    assert len(event.result) <= MAX_TEXT_LENGTH
    left_out = len(LONG) - len(start) - len(end)
    assert line == f"[… {left_out:,} characters left out …]"
    assert min(len(start), len(end)) > MAX_TEXT_LENGTH // 2 - 100
    assert event.metadata == {"a": ["b", event.result]}
    assert event.model_extra == {"my_answer": event.result, "truncated": ["metadata", "my_answer", "result"]}
    assert event.code == "short"
    again = truncate_texts(event)
    assert again is event


@pytest.mark.parametrize("line", ["loss=0.31", "ValueError: the last line"])
def test_the_first_and_the_last_line_survive(line: str) -> None:
    text = "Traceback (most recent call last):\n" + "  frame of a recursion\n" * 40_000 + line
    event = truncate_texts(fold_output(make_event(errorMessage=text, result=text)))
    for kept in (event.error_message, event.result):
        assert kept is not None
        assert kept.startswith("Traceback (most recent call last):\n")
        assert kept.endswith(f"\n{line}")
    assert error_name(event.error_message) == error_name(line)


def test_texts_of_the_greatest_length_stay() -> None:
    event = make_event(code=LONG[:-1], errorMessage=LONG[:-1], result=LONG[:-1], metadata={"a": [LONG[:-1]]})
    assert truncate_texts(event) is event


def test_a_secret_that_only_the_terminal_shows_is_redacted() -> None:
    event = fold_output(make_event(result="password = 'xxxxxx'\rpassword = 'MARK"))
    assert "MARK" not in (protect(event, "python-1", ClassPolicy(class_id="python-1"), b"key").result or "")
