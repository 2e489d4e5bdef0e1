import pytest
from classpulse.ingest.error_names import error_name, error_summary


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
