"""The students of the demo class."""

import random
from dataclasses import dataclass

GIVEN = (
    *("Amara", "Ben", "Chloé", "Dmitri", "Elif", "Farid", "Grace", "Hana", "Ivo", "Jana", "Kofi", "Lena", "Mateo"),
    *("Nadia", "Omar", "Priya", "Quentin", "Rosa", "Sven", "Tariq", "Uma", "Viktor", "Wen", "Ximena", "Yara", "Zoë"),
)
FAMILY = (
    *("Okafor", "Schmidt", "Moreau", "Volkov", "Demir", "Haddad", "Lindqvist", "Novák", "Mensah", "García", "Rossi"),
    *("Patel", "Nguyen", "Silva", "Kowalski", "O'Brien", "Fox 🦊", "de Vries 🌷"),
)
JAPANESE_GIVEN = ("陽菜", "蓮", "結衣", "大翔", "さくら", "翔太", "美咲", "健太")
JAPANESE_FAMILY = ("佐藤", "鈴木", "高橋", "田中", "渡辺", "伊藤")
TEAMS = ("Team Ada", "Team Grace", "Team Katherine", "チーム東")


@dataclass(frozen=True)
class Student:
    """skill: 0 (a beginner) to 1 (an expert). pace: factor on the time that a cell takes."""

    number: int
    user_id: str
    name: str
    team: str
    skill: float
    pace: float


def enrol(count: int, seed: int) -> list[Student]:
    """Return the class of a seed; a larger class starts with the students of a smaller one."""
    return [_student(number, random.Random(f"{seed}/student/{number}")) for number in range(count)]  # noqa: S311


def _student(number: int, dice: random.Random) -> Student:
    return Student(
        number=number,
        user_id=f"student{number + 1:03}@example.edu",
        name=_name(dice),
        team=TEAMS[number % len(TEAMS)],
        skill=min(0.97, max(0.05, dice.betavariate(3, 2))),
        pace=dice.lognormvariate(0, 0.35),
    )


def _name(dice: random.Random) -> str:
    if dice.random() < 0.25:
        # Family name first.
        return f"{dice.choice(JAPANESE_FAMILY)} {dice.choice(JAPANESE_GIVEN)}"
    return f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}"
