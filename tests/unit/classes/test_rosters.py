import contextlib
import tracemalloc

import pytest
from classpulse.classes.rosters import Student, read_csv
from classpulse.core.errors import InvalidRequest


def test_a_spreadsheets_csv_is_read() -> None:
    text = '\ufeffuserId;userName;teamName\r\nu1;"Lovelace; Ada";red\r\n\r\nu2;;\r\nu3\r\n'
    assert read_csv(text) == [Student("u1", "Lovelace; Ada", "red"), Student("u2"), Student("u3")]
    assert read_csv("teamName,userId\nred,u1\n") == [Student("u1", None, "red")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1"),
        ("name\nAda\n", "line 1"),
        ("userId,userId\nu1,u1\n", "line 1"),
        ("userId\nu1\nu1\n", "line 3: the same userId as line 2"),
        ("userId,userName\n,Ada\n", "line 2: no userId"),
        ("userId\nu1,u2\n", "line 2: has 2 fields"),
        ("userId\n" + "x" * 257 + "\n", "line 2: a field is longer"),
        ('userId\nu1\n"' + "x" * 200_000 + '"\n', "line 3: not CSV"),
    ],
)
def test_an_invalid_roster_is_refused_with_each_line_and_its_error(text: str, said: str) -> None:
    with pytest.raises(InvalidRequest, match=said):
        read_csv(text)


@pytest.mark.parametrize("line", ["a", "a,b", '""', " x ", ",,,"])
def test_no_file_makes_a_roster_of_more_than_its_lines_and_a_little(line: str) -> None:
    text = "userId,userName\n" + f"{line}\n" * (1_000_000 // (len(line) + 1))
    tracemalloc.start()
    try:
        with contextlib.suppress(InvalidRequest):
            assert read_csv(text) == []
        # The lines themselves; what is built of them is limited.
        assert tracemalloc.get_traced_memory()[1] < 64 * 2**20
    finally:
        tracemalloc.stop()
