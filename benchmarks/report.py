"""`make bench`: run every part, and write a report with plots into build/bench/."""

import argparse
import subprocess
import sys
import time
from pathlib import Path

import matplotlib as mpl

from benchmarks.results import FOLDER, Plot, Result, aims_table
from benchmarks.runner_measures import occasion

mpl.use("svg")
from matplotlib import pyplot as plt

# Part -> its options here; the defaults of each part take longer.
PARTS: dict[str, list[str]] = {
    "throughput": ["--seconds", "3", "--rounds", "2"],
    "latency": ["--seconds", "12"],
    "storing": ["--rounds", "3", "--count", "2000"],
    "stages": [],
    "scaling": [],
    "faults": [],
    "runner_endurance": ["--minutes", "1.5", "--sockets", "20", "--rate", "100", "--classes", "10"],
}


def run(parts: list[str]) -> list[str]:
    """Run the parts; return those that failed."""
    failed = []
    for part in parts:
        print(f"\n## {part}\n", flush=True)
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{part}", *PARTS[part]], check=False)  # noqa: S603
        if done.returncode:
            failed.append(part)
    return failed


def draw(plot: Plot, folder: Path) -> Path:
    """Write a plot as SVG."""
    figure, axes = plt.subplots(figsize=(9, 4.5), layout="constrained")
    if plot.bars:
        groups = [str(x) for x, _ in next(iter(plot.lines.values()))]
        width = 0.8 / len(plot.lines)
        for number, (name, points) in enumerate(plot.lines.items()):
            places = [place + (number - (len(plot.lines) - 1) / 2) * width for place in range(len(groups))]
            axes.bar(places, [y for _, y in points], width, label=name)
        axes.set_xticks(range(len(groups)), groups, rotation=30, ha="right")
    else:
        for name, points in plot.lines.items():
            axes.plot([float(x) for x, _ in points], [y for _, y in points], marker="o", label=name)
    if "x" in plot.log:
        axes.set_xscale("log")
    if "y" in plot.log:
        axes.set_yscale("log")
    axes.set(title=plot.title, xlabel=plot.x, ylabel=plot.y)
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    path = folder / f"{plot.name}.svg"
    # Without a date, the same figures give the same file.
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    return path


def report(results: list[Result], seconds: float, folder: Path = FOLDER) -> str:
    """Return the report as Markdown; write its plots into the folder."""
    aims = [aim for result in results for aim in result.aims]
    paragraphs = [
        "# Measurements of ClassPulse",
        f"{occasion()}. It took {seconds / 60:.1f} minutes. Compare the ratios: times differ between machines.",
        "## Aims",
        aims_table(aims),
    ]
    for result in results:
        paragraphs += [f"## {result.part.replace('_', ' ').capitalize()}", result.what, result.markdown()]
        paragraphs += [f"![{plot.title}]({draw(plot, folder).name})" for plot in result.plots]
    return "\n\n".join(paragraphs) + "\n"


def main() -> int:
    """Run the parts, write the report, and print its path."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description=__doc__)
    parser.add_argument("parts", nargs="*", default=list(PARTS), help=f"which parts (default {' '.join(PARTS)})")
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for part in options.parts:
        (FOLDER / f"{part}.json").unlink(missing_ok=True)
    began = time.monotonic()
    failed = run(options.parts)
    files = [FOLDER / f"{part}.json" for part in PARTS]
    results = [Result.from_json(file.read_text(encoding="utf-8")) for file in files if file.exists()]
    (FOLDER / "report.md").write_text(report(results, time.monotonic() - began), encoding="utf-8")
    print(f"\nThe report: {FOLDER / 'report.md'}")
    if failed:
        print(f"Parts that failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
