"""Rosters: parse the CSV of a spreadsheet, and check the students."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from classpulse.core.errors import InvalidRequest
from classpulse.core.problems import ErrorCode, Problem

COLUMNS = ("userId", "userName", "teamName")
MOST_STUDENTS = 5_000
MOST_ERRORS = 10
LONGEST = 256
TOO_MANY = f"more than {MOST_STUDENTS} students: split the class"


@dataclass(frozen=True)
class Student:
    """A student on a roster."""

    user_id: str
    user_name: str | None = None
    team_name: str | None = None


def read_csv(text: str) -> list[Student]:
    """Return the students of a CSV with the header userId,userName,teamName; it may use `;`, and start with a BOM.

    Raises InvalidRequest, which names the lines.
    """
    text = text.removeprefix("\ufeff")
    head = text.partition("\n")[0]
    reader = csv.reader(text.splitlines(keepends=True), delimiter=";" if head.count(";") > head.count(",") else ",")
    try:
        filled = ((reader.line_num, row) for row in reader if any(cell.strip() for cell in row))
        # The header, and one student more than allowed: enough for the refusal.
        rows = list(islice(filled, MOST_STUDENTS + 2))
    except csv.Error as error:
        raise _invalid(f"line {reader.line_num}: not CSV: check the quotes") from error
    if len(rows) > MOST_STUDENTS + 1:
        raise _invalid(TOO_MANY)
    if not rows:
        raise _invalid("line 1: the file is empty: the first line has to be userId,userName,teamName")
    names = [cell.strip() for cell in rows[0][1]]
    if "userId" not in names or not set(names) <= set(COLUMNS) or len(set(names)) < len(names):
        raise _invalid("line 1: the first line has to be userId,userName,teamName; the last two may be left out")
    lines = []
    for line, row in rows[1:]:
        if len(row) > len(names):
            raise _invalid(f"line {line}: has {len(row)} fields, not {len(names)}: put quotes around a comma")
        lines.append((f"line {line}", dict(zip(names, (cell.strip() for cell in row), strict=False))))
    return checked((place, Student(*(fields.get(name) or None for name in COLUMNS))) for place, fields in lines)  # type: ignore[arg-type]


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
