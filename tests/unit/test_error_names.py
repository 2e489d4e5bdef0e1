import pytest
from classpulse.domain.error_names import error_name


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
