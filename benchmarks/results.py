"""The result of a part of `make bench`: written as JSON, from which benchmarks.report makes the report."""

import argparse
import json
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.runner_measures import occasion, table

FOLDER = Path(__file__).parents[1] / "build" / "bench"


@dataclass(frozen=True)
class Aim:
    """A claim, its target, and what was measured."""

    what: str
    aim: str
    found: str
    met: bool


@dataclass(frozen=True)
class Table:
    """A table; every column except the first has numbers."""

    title: str
    header: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Plot:
    """name: of the file. lines: name -> points (x, y). log: the logarithmic axes. bars: x is the name of a group."""

    name: str
    title: str
    x: str
    y: str
    lines: dict[str, list[tuple[float | str, float]]]
    log: str = ""
    bars: bool = False


@dataclass(frozen=True)
class Result:
    """The result of a part. options: of the command; seconds: how long it took."""

    part: str
    what: str
    occasion: str
    options: dict[str, Any]
    seconds: float
    aims: list[Aim] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    plots: list[Plot] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @classmethod
    def from_json(cls, text: str) -> "Result":
        """Return the result that to_json() wrote."""
        fields = json.loads(text)
        parts = {
            "aims": [Aim(**aim) for aim in fields["aims"]],
            "tables": [Table(**one) for one in fields["tables"]],
            "plots": [_plot(one) for one in fields["plots"]],
        }
        return cls(**(fields | parts))

    def to_json(self) -> str:
        """Return the result as JSON."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"

    def markdown(self) -> str:
        """Return the result as Markdown, without a heading."""
        options = " ".join(_option(name, value) for name, value in self.options.items() if value is not False)
        paragraphs = [f"{self.occasion}; it took {self.seconds:.0f} s: `python -m benchmarks.{self.part} {options}`"]
        if self.aims:
            paragraphs.append(aims_table(self.aims))
        paragraphs += [f"{one.title}\n\n{table(one.header, one.rows)}" for one in self.tables]
        return "\n\n".join(paragraphs + self.notes)


def _plot(fields: dict[str, Any]) -> Plot:
    lines = {name: [(x, y) for x, y in points] for name, points in fields["lines"].items()}
    return Plot(**(fields | {"lines": lines}))


def _option(name: str, value: Any) -> str:
    flag = f"--{name.replace('_', '-')}"
    if value is True:
        return flag
    return f"{flag} {' '.join(map(str, value)) if isinstance(value, list) else value}"


def aims_table(aims: list[Aim]) -> str:
    """Return the table of claims, targets and results."""
    rows = [[one.what, one.aim, one.found, "met" if one.met else "**not met**"] for one in aims]
    return table(["Claim", "target", "result", ""], rows)


def below(what: str, found: float, aim: float, unit: str, digits: int = 0) -> Aim:
    """Return the claim that a figure is below its target."""
    return Aim(what, f"< {aim:g} {unit}", f"{found:,.{digits}f} {unit}", found < aim)


def none(what: str, found: int) -> Aim:
    """Return the claim that a count is 0."""
    return Aim(what, "0", str(found), found == 0)


class Timed:
    """Notes when a part began, on what machine, and how long it took."""

    def __init__(self, part: str, what: str | None, options: argparse.Namespace) -> None:
        self._part, self._what = part, (what or "").split("\n\n", 1)[0]
        self._options = vars(options)
        self._occasion = occasion()
        self._began = time.monotonic()

    def done(
        self,
        *,
        aims: list[Aim],
        tables: list[Table],
        plots: list[Plot] | None = None,
        notes: list[str] | None = None,
    ) -> Result:
        """Print the result, write it to FOLDER and return it."""
        seconds = round(time.monotonic() - self._began, 1)
        result = Result(
            self._part, self._what, self._occasion, self._options, seconds, aims, tables, plots or [], notes or []
        )
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{self._part}.json").write_text(result.to_json(), encoding="utf-8")
        print(result.markdown())
        return result
