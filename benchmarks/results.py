"""What a part of `make bench` found: one dataclass for all parts, kept as JSON, of which the report is made."""

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
    """What is to be true, beside what was found."""

    what: str
    aim: str
    found: str
    met: bool


@dataclass(frozen=True)
class Table:
    """Every column but the first is numbers."""

    title: str
    header: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Plot:
    """name: of its file. lines: name -> points (x, y). log: axes that are logarithmic. bars: x are groups' names."""

    name: str
    title: str
    x: str
    y: str
    lines: dict[str, list[tuple[float | str, float]]]
    log: str = ""
    bars: bool = False


@dataclass(frozen=True)
class Result:
    """What one part found. options: as it was run; seconds: what it took."""

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
        """Read what to_json() wrote."""
        found = json.loads(text)
        parts = {
            "aims": [Aim(**aim) for aim in found["aims"]],
            "tables": [Table(**one) for one in found["tables"]],
            "plots": [_plot(one) for one in found["plots"]],
        }
        return cls(**(found | parts))

    def to_json(self) -> str:
        """Return it as JSON."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"

    def markdown(self) -> str:
        """Return what was found as Markdown, without a heading of its own."""
        options = " ".join(_said(name, value) for name, value in self.options.items() if value is not False)
        paragraphs = [f"{self.occasion}; it took {self.seconds:.0f} s: `python -m benchmarks.{self.part} {options}`"]
        if self.aims:
            paragraphs.append(aims_table(self.aims))
        paragraphs += [f"{one.title}\n\n{table(one.header, one.rows)}" for one in self.tables]
        return "\n\n".join(paragraphs + self.notes)


def _plot(found: dict[str, Any]) -> Plot:
    lines = {name: [(x, y) for x, y in points] for name, points in found["lines"].items()}
    return Plot(**(found | {"lines": lines}))


def _said(name: str, value: Any) -> str:
    option = f"--{name.replace('_', '-')}"
    if value is True:
        return option
    return f"{option} {' '.join(map(str, value)) if isinstance(value, list) else value}"


def aims_table(aims: list[Aim]) -> str:
    """Return the aims beside what was found."""
    rows = [[one.what, one.aim, one.found, "met" if one.met else "**not met**"] for one in aims]
    return table(["Aim", "wanted", "found", ""], rows)


def below(what: str, found: float, aim: float, unit: str, digits: int = 0) -> Aim:
    """Return the aim that a figure stays below another."""
    return Aim(what, f"< {aim:g} {unit}", f"{found:,.{digits}f} {unit}", found < aim)


def none(what: str, found: int) -> Aim:
    """Return the aim that there is none of something."""
    return Aim(what, "0", str(found), found == 0)


class Timed:
    """The frame of a part: when, on what and how long."""

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
        """Print what was found, write it to FOLDER and return it."""
        seconds = round(time.monotonic() - self._began, 1)
        result = Result(
            self._part, self._what, self._occasion, self._options, seconds, aims, tables, plots or [], notes or []
        )
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{self._part}.json").write_text(result.to_json(), encoding="utf-8")
        print(result.markdown())
        return result
