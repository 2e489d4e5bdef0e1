"""Rosters: parse the CSV of a spreadsheet, and check the students."""

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice

from classpulse.core.errors import InvalidRequest
from classpulse.core.problems import ErrorCode, Problem
from classpulse.ingest.privacy import GUEST_PREFIX, PSEUDONYM_PREFIX

COLUMNS = ("userId", "userName", "teamName")
MOST_STUDENTS = 5_000
MOST_ERRORS = 10
LONGEST = 256
TOO_MANY = f"more than {MOST_STUDENTS} students: split the class"
# Excel writes a semicolon where the decimal mark is a comma, and tabs as "Unicode text".
DELIMITERS = (",", ";", "\t")
_SEPARATOR_LINE = re.compile(r"sep=([;,\t])[^\n\r]{0,20}(?:\r\n|\r|\n)", re.IGNORECASE)
# Headings without spaces, hyphens, underscores and case.
_HEADINGS = {
    **dict.fromkeys(("userid", "id", "学籍番号", "ユーザーid"), "userId"),
    **dict.fromkeys(("username", "name", "氏名", "名前"), "userName"),
    **dict.fromkeys(("teamname", "team", "group", "チーム", "班"), "teamName"),
}
# Characters that are not seen: controls, formats (zero width, direction), separators and fillers.
_INVISIBLE = {"Cc", "Cf", "Zl", "Zp", "Co", "Cn"}
_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"
_PSEUDONYM = re.compile(rf"{PSEUDONYM_PREFIX}[0-9a-f]{{20}}", re.IGNORECASE)
_GUEST = re.compile(rf"{GUEST_PREFIX}[a-z2-7]{{16}}", re.IGNORECASE)


@dataclass(frozen=True)
class Student:
    """A student on a roster."""

    user_id: str
    user_name: str | None = None
    team_name: str | None = None


def read_csv(text: str) -> list[Student]:
    """Return the students of a CSV with the header userId,userName,teamName, as any spreadsheet writes it.

    It may start with a BOM or a line `sep=;`, and use `;`, tabs or commas. Raises InvalidRequest, naming the lines.
    """
    text = text.removeprefix("\ufeff")
    first, chosen = 1, _SEPARATOR_LINE.match(text)
    if chosen:
        text, first = text[chosen.end() :], 2
    names: list[str] = []
    for delimiter in chosen.group(1) if chosen else DELIMITERS:
        rows = _rows(text, delimiter, first)
        names = _names(rows[0][1]) if rows else []
        if names:
            break
    else:
        raise _invalid(f"line {first}: the header has to be userId,userName,teamName; the last two may be left out")
    lines = []
    for line, row in rows[1:]:
        if len(row) > len(names):
            raise _invalid(f"line {line}: has {len(row)} fields, not {len(names)}: put quotes around the separator")
        lines.append((f"line {line}", dict(zip(names, (cell.strip() for cell in row), strict=False))))
    return checked((place, Student(*(fields.get(name) or None for name in COLUMNS))) for place, fields in lines)  # type: ignore[arg-type]


def _rows(text: str, delimiter: str, first: int) -> list[tuple[int, list[str]]]:
    """Return the rows that are not empty, each with its line number; first: that of the first line."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        filled = ((reader.line_num + first - 1, row) for row in reader if any(cell.strip() for cell in row))
        # The header, and one student more than allowed: enough for the refusal.
        rows = list(islice(filled, MOST_STUDENTS + 2))
    except csv.Error as error:
        raise _invalid(f"line {reader.line_num + first - 1}: not CSV: check the quotes") from error
    if len(rows) > MOST_STUDENTS + 1:
        raise _invalid(TOO_MANY)
    return rows


def _names(header: Sequence[str]) -> list[str]:
    """Return the columns of a header; empty if it is not valid."""
    names = [_HEADINGS.get(re.sub(r"[\s_-]", "", cell).casefold(), "") for cell in header]
    while names and not header[len(names) - 1].strip():
        names.pop()
    return names if "userId" in names and "" not in names and len(set(names)) == len(names) else []


def reserved_form(user_id: str) -> str | None:
    """Return "pseudonym" or "guest" if the id has the form of one that the server makes."""
    text = user_id.strip()
    if _PSEUDONYM.fullmatch(text):
        return "pseudonym"
    return "guest" if _GUEST.fullmatch(text) else None


def invisible_in(text: str) -> str | None:
    """Return the first character that nobody sees, such as U+200B; two ids could look the same with it."""
    for character in text:
        if unicodedata.category(character) in _INVISIBLE or character in _FILLERS:
            return f"U+{ord(character):04X}"
    return None


def checked(lines: Iterator[tuple[str, Student]] | Sequence[tuple[str, Student]]) -> list[Student]:
    """Return the students of lines (place, student). Raises InvalidRequest, which names the places."""
    students: dict[str, Student] = {}
    places: dict[str, str] = {}
    errors: list[str] = []
    for place, student in lines:
        texts = (student.user_id, student.user_name, student.team_name)
        if not student.user_id:
            errors.append(f"{place}: no userId: fill it in, or remove the line")
        elif any(len(text or "") > LONGEST or "\0" in (text or "") for text in texts):
            errors.append(f"{place}: a field is longer than {LONGEST} characters, or has a zero character: shorten it")
        elif code_point := invisible_in(student.user_id):
            errors.append(f"{place}: the userId has the invisible character {code_point}: remove it")
        elif form := reserved_form(student.user_id):
            errors.append(f"{place}: the userId has the form of a {form}'s id: use the student's own id")
        elif student.user_id in students:
            errors.append(f"{place}: the same userId as {places[student.user_id]}: remove one of them")
        else:
            students[student.user_id], places[student.user_id] = student, place
    if errors:
        more = f"; and {len(errors) - MOST_ERRORS} more" if len(errors) > MOST_ERRORS else ""
        raise _invalid("; ".join(errors[:MOST_ERRORS]) + more)
    if len(students) > MOST_STUDENTS:
        raise _invalid(TOO_MANY)
    return list(students.values())


def _invalid(text: str) -> InvalidRequest:
    return InvalidRequest(Problem(ErrorCode.ROSTER_INVALID, text))
