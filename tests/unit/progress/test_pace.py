"""Who is behind, among the students of a replayed class."""

from datetime import timedelta
from typing import Any

from classpulse.progress.model import StudentProgress, fold_student
from classpulse.progress.pace import with_paces

from tests.builders import NOW, make_fact

MINUTE = timedelta(minutes=1)


def at(user: str, cell: int | None, minutes_ago: float = 0, notebook: str = "n", **fields: Any) -> StudentProgress:
    received_at = NOW - minutes_ago * MINUTE
    folded = fold_student([make_fact(userId=user, received_at=received_at, notebookPath=notebook)], revision=1)
    return folded.model_copy(update={"cell_index": cell, **fields})


def behind(*students: StudentProgress) -> dict[str, timedelta]:
    """Return how long after now each student who is behind counts as such."""
    return {one.user_id: one.behind_until - NOW for one in with_paces(students) if one.is_behind and one.behind_until}


def test_a_student_before_the_median_cell_is_behind_until_eight_minutes_after_the_newest_event() -> None:
    assert behind(at("ada", 2, 9), at("bob", 3, 1), at("cid", 4), at("dan", 4)) == {
        "ada": 8 * MINUTE,
        "bob": 8 * MINUTE,
    }


def test_the_median_of_an_even_number_of_students_is_between_two_cells() -> None:
    assert behind(at("ada", 2), at("bob", 3)) == {"ada": 8 * MINUTE}


def test_students_who_are_silent_elsewhere_or_teachers_do_not_make_the_pace() -> None:
    others = [at("bob", 9, 8.1), at("cid", 9, notebook="m"), at("dan", 9, is_teacher=True), at("eve", None)]
    assert behind(at("ada", 2), *others) == {}


def test_a_teacher_is_never_behind() -> None:
    assert behind(at("ada", 2, is_teacher=True), at("bob", 5), at("cid", 5)) == {}


def test_a_student_without_a_place_is_not_behind() -> None:
    assert with_paces([at("ada", None), at("bob", 5, notebook_path=None)]) == [
        at("ada", None),
        at("bob", 5, notebook_path=None),
    ]


def test_a_class_without_students_has_no_pace() -> None:
    assert with_paces([]) == []
