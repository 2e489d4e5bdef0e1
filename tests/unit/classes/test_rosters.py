import contextlib
import tracemalloc

import pytest
from classpulse.classes.rosters import Student, read_csv
from classpulse.core.errors import InvalidRequest


def test_a_spreadsheets_csv_is_read() -> None:
    text = '\ufeffuserId;userName;teamName\r\nu1;"Lovelace; Ada";red\r\n\r\nu2;;\r\nu3\r\n'
    assert read_csv(text) == [Student("u1", "Lovelace; Ada", "red"), Student("u2"), Student("u3")]
    assert read_csv("teamName,userId\nred,u1\n") == [Student("u1", None, "red")]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize(
    "header",
    [
        ["userId", "userName", "teamName"], ['"userId"', '"userName"', '"teamName"'],
        [" UserID", "user name ", "TEAM_NAME"], ["学籍番号", "氏名", "チーム"],
        ["ID", "Name", "Group"], ["userId", "userName", "teamName", "", ""],
    ],
)  # fmt: skip
def test_a_roster_is_read_in_the_csv_of_any_locale(separator: str, line_end: str, header: list[str]) -> None:
    other = {",": ";", ";": ",", "\t": ","}[separator]
    lines = [header, ["u1", f'"Lovelace{separator} Ada"', "red"], ["u2", f"3{other}5", "班1"], ["", "", ""]]
    text = line_end.join(separator.join(line) for line in lines) + line_end
    expected = [Student("u1", f"Lovelace{separator} Ada", "red"), Student("u2", f"3{other}5", "班1")]
    assert read_csv(text) == expected
    assert read_csv("\ufeff" + text) == expected
    assert read_csv(f"sep={separator}{line_end}{text}") == expected


def test_a_field_may_have_any_line_break_of_unicode_within() -> None:
    assert read_csv("userId;userName\nu1;a\u2028b\x85c\n") == [Student("u1", "a\u2028b\x85c")]
    with pytest.raises(InvalidRequest, match="line 5: no userId"):
        read_csv('sep=;\nuserId;userName\nu1;Ada\n;"two\nlines"\n')


@pytest.mark.parametrize("code_point", [0x200B, 0x200D, 0x202E, 0x2066, 0xFEFF, 0x00AD, 0x3164, 0x2028, 0x07])
def test_an_id_with_an_invisible_character_is_refused_by_name(code_point: int) -> None:
    with pytest.raises(InvalidRequest, match=rf"line 2: the userId has the invisible character U\+{code_point:04X}"):
        read_csv(f"userId\nad{chr(code_point)}a\n")
    assert read_csv("userId\nア 学生１\n") == [Student("ア 学生１")]


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
