"""The notebook that the demo class works through; every cell and every mistake is code that runs."""

from dataclasses import dataclass

# A student who has finished one notebook opens the next.
NOTEBOOKS = ("week05/statistics.ipynb", "week05/statistics-again.ipynb", "week05/at-home.ipynb")


@dataclass(frozen=True)
class Mistake:
    """A wrong version of a cell. message: str() of its error; line: the line of the error, from 1."""

    code: str
    error: str
    message: str
    line: int = 1


@dataclass(frozen=True)
class Cell:
    """A cell of the lesson.

    difficulty: 0 (nobody fails) to 1 (a student without skill always fails); effort: seconds that an average student
    needs; endless: a version that never ends, or ""; asks: it waits for input(); slow: seconds that it runs at least;
    on_purpose: the error that it announces by the tag raises-exception.
    """

    cell_id: str
    code: str
    result: str
    difficulty: float
    effort: float
    mistakes: tuple[Mistake, ...] = ()
    markdown: bool = False
    endless: str = ""
    asks: bool = False
    slow: float = 0.0
    on_purpose: Mistake | None = None


_MEDIAN = """\
def median(values):
    ordered = sorted(values)
    return ordered[len(ordered) // 2]

median(marks)"""
_DEVIATION = """\
def deviation(values):
    middle = mean(values)
    squares = [(value - middle) ** 2 for value in values]
    return math.sqrt(sum(squares) / len(values))

round(deviation(marks), 2)"""
_BAR = """\
for step in range(51):
    print(f'\\r{step * 2:3}% ' + '█' * (step // 2), end='')
print()
print('done')"""
# What a student types when the kernel asks.
ANSWER = "Statistics"

LESSON = (
    Cell("intro", "# Week 5: describing data 📊", "", 0, 4, markdown=True),
    Cell(
        "imports",
        "import math",
        "",
        0.08,
        6,
        (Mistake("import maths", "ModuleNotFoundError", "No module named 'maths'"),),
    ),
    Cell(
        "data",
        "marks = [72, 85, 91, 64, 58, 77]",
        "",
        0.15,
        10,
        (
            Mistake("marks = [72, 85, 91, 64, 58, 77", "SyntaxError", "'[' was never closed"),
            Mistake("marks = [72 85 91]", "SyntaxError", "invalid syntax. Perhaps you forgot a comma?"),
        ),
    ),
    Cell("ask", "course = input('Your course? ')\ncourse", f"'{ANSWER}'", 0, 6, asks=True),
    Cell(
        "total",
        "total = 0\nfor mark in marks:\n    total += mark\ntotal",
        "447",
        0.45,
        18,
        (
            Mistake("total = 0\nfor mark in marks:\n    totl += mark", "NameError", "name 'totl' is not defined", 3),
            Mistake(
                "total = 0\nfor mark in marks:\ntotal += mark",
                "IndentationError",
                "expected an indented block after 'for' statement on line 2",
                3,
            ),
            Mistake("total = 0\nfor mark in marks\n    total += mark", "SyntaxError", "expected ':'", 2),
        ),
        endless="total = 0\nwhile total < 1000:\n    mark = marks[0]",
    ),
    Cell(
        "mean",
        "def mean(values):\n    return sum(values) / len(values)\n\nmean(marks)",
        "74.5",
        0.5,
        20,
        (
            Mistake(
                "def mean(values):\n    return sum(values) / len(values)\n\nmean(72)",
                "TypeError",
                "'int' object is not iterable",
                2,
            ),
            Mistake(
                "def mean(values):\n    return sum(values) / len(values)\n\nmean([])",
                "ZeroDivisionError",
                "division by zero",
                2,
            ),
        ),
    ),
    Cell(
        "median",
        _MEDIAN,
        "77",
        0.75,
        25,
        (
            Mistake(
                _MEDIAN.replace("//", "/"), "TypeError", "list indices must be integers or slices, not float", line=3
            ),
            Mistake(_MEDIAN.replace(" // 2", ""), "IndexError", "list index out of range", line=3),
        ),
        endless="low, high = 0, len(marks)\nwhile low < high:\n    middle = (low + high) // 2",
    ),
    Cell(
        "count",
        "counts = {}\nfor mark in marks:\n    counts[mark] = counts.get(mark, 0) + 1\ncounts[72]",
        "1",
        0.6,
        22,
        (
            Mistake("counts = {}\nfor mark in marks:\n    counts[mark] += 1", "KeyError", "72", 3),
            Mistake(
                "counts = {}\nfor mark in marks:\n    counts.append(mark)",
                "AttributeError",
                "'dict' object has no attribute 'append'",
                3,
            ),
        ),
    ),
    Cell(
        "deviation",
        _DEVIATION,
        "11.38",
        0.85,
        30,
        (
            Mistake(
                _DEVIATION.replace("sqrt", "sqroot"),
                "AttributeError",
                "module 'math' has no attribute 'sqroot'",
                line=4,
            ),
            Mistake(
                _DEVIATION.replace("(marks)", "(['72', '85'])"),
                "TypeError",
                "unsupported operand type(s) for +: 'int' and 'str'",
                line=2,
            ),
            Mistake(_DEVIATION.replace("(squares)", "(squares"), "SyntaxError", "'(' was never closed", line=4),
        ),
        endless="values = list(marks)\nwhile len(values) > 0:\n    values.append(mean(values))\n    values.pop()",
    ),
    Cell(
        "progress",
        _BAR,
        "".join(f"\r{step * 2:3}% " + "█" * (step // 2) for step in range(51)) + "\ndone",
        0,
        8,
        slow=6,
    ),
    Cell(
        "on-purpose",
        "marks[99]",
        "",
        0,
        8,
        on_purpose=Mistake("marks[99]", "IndexError", "list index out of range"),
    ),
    Cell(
        "report",
        "print(f'mean {mean(marks):.1f} 点, median {median(marks)} 点')",
        "mean 74.5 点, median 77 点",
        0.4,
        16,
        (Mistake("print('mean ' + mean(marks))", "TypeError", 'can only concatenate str (not "float") to str'),),
    ),
    Cell(
        "plot",
        "for mark in sorted(marks)[:2]:\n    print(mark, '🟦' * (mark // 10))",
        "58 🟦🟦🟦🟦🟦\n64 🟦🟦🟦🟦🟦🟦",
        0.5,
        20,
        (
            Mistake(
                "for mark in sorted(marks)[:2]:\n    print(mark, '🟦' * (mark / 10))",
                "TypeError",
                "can't multiply sequence by non-int of type 'float'",
                2,
            ),
        ),
    ),
)
