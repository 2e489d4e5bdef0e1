"""The students of the demo class."""

import random
from dataclasses import dataclass
from enum import StrEnum

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


HOUR = 3600.0


class Dialect(StrEnum):
    """The kinds of notebook clients.

    modern: names runs, queues, waits, aborts and what the kernel does; older: the first contract, with cell_started
    when a cell is queued; cell_monitor: reports ends only, and repeats `help` every ten seconds.
    """

    MODERN = "modern"
    OLDER = "older"
    CELL_MONITOR = "cell_monitor"


@dataclass(frozen=True)
class Setup:
    """A student's client, clock and notebook file.

    clock: seconds by which the clock is fast, negative: slow; stable_ids: nbformat 4.5, else each load gives new cell
    ids; second_tab: another tab reports every run too; prefix: of every notebook path.
    """

    dialect: Dialect = Dialect.MODERN
    clock: float = 0.0
    stable_ids: bool = True
    second_tab: bool = False
    prefix: str = ""

    @property
    def says_when_it_sends(self) -> bool:
        """Whether the client sends `sentAt`."""
        return self.dialect == Dialect.MODERN

    @property
    def time_is_known(self) -> bool:
        """Whether the server can tell when events happened."""
        return not self.clock or self.says_when_it_sends


# By student number modulo EACH; everybody else has a modern client and a right clock.
EACH = 40
SETUPS = {
    2: Setup(Dialect.CELL_MONITOR),
    5: Setup(Dialect.OLDER),
    8: Setup(second_tab=True),
    9: Setup(Dialect.OLDER, clock=-3 * HOUR),
    11: Setup(prefix="RTC:"),
    13: Setup(Dialect.CELL_MONITOR),
    15: Setup(clock=-2 * HOUR),
    17: Setup(Dialect.OLDER),
    20: Setup(second_tab=True),
    22: Setup(prefix="./"),
    24: Setup(Dialect.OLDER),
    26: Setup(clock=3 * HOUR),
    28: Setup(Dialect.CELL_MONITOR),
    30: Setup(Dialect.OLDER, clock=2 * HOUR),
    # One in forty: every load of such a notebook adds columns to the grid.
    34: Setup(stable_ids=False),
    36: Setup(Dialect.OLDER),
    38: Setup(Dialect.CELL_MONITOR),
}


@dataclass(frozen=True)
class Student:
    """skill: 0 (a beginner) to 1 (an expert). pace: factor on the time that a cell takes."""

    number: int
    user_id: str
    name: str
    team: str
    skill: float
    pace: float
    setup: Setup


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
        setup=SETUPS.get(number % EACH, Setup()),
    )


def _name(dice: random.Random) -> str:
    if dice.random() < 0.25:
        # Family name first.
        return f"{dice.choice(JAPANESE_FAMILY)} {dice.choice(JAPANESE_GIVEN)}"
    return f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}"
