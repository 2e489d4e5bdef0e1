import pytest
from classpulse.ingest.error_names import MAX_LINES, MAX_SUMMARISED, error_name, error_summary


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("NameError: name 'x' is not defined", "NameError"),
        ("Traceback (most recent call last):\n  File ...\nValueError: invalid literal\n", "ValueError"),
        ("\x1b[0;31mZeroDivisionError\x1b[0m: division by zero", "ZeroDivisionError"),
        ("requests.exceptions.ConnectionError: no route", "ConnectionError"),
        ("KeyboardInterrupt", "KeyboardInterrupt"),
        ("StopIteration: ", "StopIteration"),
        ("TypeError: a\nsecond line: of the message", "TypeError"),
        ("something went wrong", "Error"),
        ("", "Error"),
        (None, "Error"),
        ("エラー: だめ", "Error"),
    ],
)
def test_the_name_is_found(message: str | None, name: str) -> None:
    assert error_name(message) == name


@pytest.mark.parametrize(
    ("message", "summary"),
    [
        ("NameError: name 'x1' is not defined", "name 'x1' is not defined"),
        (
            "IndexError: index 7 is out of bounds for axis 0 with size 5.5",
            "index … is out of bounds for axis … with size …",
        ),
        ("ValueError: invalid literal for int() with base 10: 'ab'", "invalid literal for int() with base …: …"),
        ("KeyError: 'age'", "'age'"),
        ("KeyError: 'the age'", "…"),
        (
            "TypeError: unsupported operand type(s) for +: 'int' and 'str'",
            "unsupported operand type(s) for +: 'int' and 'str'",
        ),
        ("AttributeError: 'list' object has no attribute 'foo'", "'list' object has no attribute 'foo'"),
        ("RuntimeError: <Foo object at 0x7F3a12> is broken", "<Foo object at …> is broken"),
        ("ImportError: cannot import name 'f' from 'm' (/home/ada/m.py)", "cannot import name 'f' from 'm' (…)"),
        ("Traceback …\nSyntaxError: invalid syntax (<ipython-input-3-ab>, line 12)", "invalid syntax (…, line …)"),
        (
            "TypeError: can't multiply sequence by non-int of type 'float'",
            "can't multiply sequence by non-int of type 'float'",
        ),
        ("SyntaxError: '(' was never closed (2222151971.py, line 6)", "'(' was never closed (….py, line …)"),
        ("KeyboardInterrupt", ""),
        ("something  went\twrong", "something went wrong"),
        (None, ""),
        ("E\nValueError: " + "長" * 300, "長" * 199 + "…"),
    ],
)
def test_the_summary_keeps_the_common_part_of_messages(message: str | None, summary: str) -> None:
    assert error_summary(message) == summary


def test_the_first_and_the_last_lines_of_a_long_message_are_read() -> None:
    lines = "x y\n" * MAX_LINES
    for message in (f"{lines}ValueError: 7 rows", f"ValueError: 7 rows\n{lines}"):
        assert (error_name(message), error_summary(message)) == ("ValueError", "… rows")
    assert error_name(f"{lines}ValueError: in the middle\n{lines}") == "Error"
    assert error_name(f"{lines}ValueError: {'7' * 100_000}") == "ValueError"


def test_the_beginning_of_a_long_line_is_summarised() -> None:
    assert error_summary("ValueError: " + "7" * MAX_SUMMARISED * 3) == "…"
    assert error_summary("ValueError: " + "長" * MAX_SUMMARISED * 3) == "長" * 199 + "…"


UNITS = ("<ipython-input", "'", '"', " '", "/a", "/", "1", "1.", ": ", ":'", "0x", "\x1b[", "e.")


@pytest.mark.parametrize("unit", UNITS)
def test_hostile_text_is_summarised(unit: str) -> None:
    """test_every_pattern_takes_linear_time bounds the steps; these texts took hours, or are close to one that did."""
    message = "ValueError: " + unit * 18_000
    assert error_name(message) == "ValueError"
    assert len(error_summary(message)) <= 200
