"""Redaction: how many samples of secrets are removed, and how many lines of ordinary code are changed by mistake.

Both are our own: `redaction_samples.py` has a sample of each shape, and `ordinary_code/` has lines as students write
them in a programming course, with harmless uses of words such as token, key and password.
"""

import argparse
from pathlib import Path

from classpulse.ingest.redaction import redact

from benchmarks.redaction_samples import SAMPLES, Sample
from benchmarks.results import Aim, Result, Table, Timed

ORDINARY = Path(__file__).parent / "ordinary_code"
# Of 34 samples, 32 are to be removed; of all samples the same share.
LEAST_RECALL = 32 / 34
MOST_CHANGED = 0.01
# A piece of a secret of this length would help to guess the rest.
_PIECE = 6


def is_removed(sample: Sample) -> bool:
    """Return whether no piece of the secret is left, and the code before and after it is."""
    before, after = "x = 1\n", "\ny = 2"
    redacted = redact(before + sample.text + after)
    pieces = (sample.secret[at : at + _PIECE] for at in range(len(sample.secret) - _PIECE + 1))
    return redacted.startswith(before) and redacted.endswith(after) and not any(piece in redacted for piece in pieces)


def ordinary_lines() -> list[str]:
    """Return the lines of ordinary code."""
    return [line for path in sorted(ORDINARY.glob("*.txt")) for line in path.read_text(encoding="utf-8").splitlines()]


def changed_lines() -> list[str]:
    """Return the ordinary lines that redaction changes, each by itself or in its file."""
    changed = {line for line in ordinary_lines() if redact(line) != line}
    for path in ORDINARY.glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        changed |= set(text.splitlines()) - set(redact(text).splitlines())
    return [line for line in ordinary_lines() if line in changed]


def measure(timed: Timed) -> Result:
    """Measure both."""
    missed = [sample.shape for sample in SAMPLES if not is_removed(sample)]
    lines, changed = ordinary_lines(), changed_lines()
    recall, mistaken = 1 - len(missed) / len(SAMPLES), len(changed) / len(lines)
    aims = [
        Aim(
            "samples of secrets removed",
            "≥ 32 of 34",
            f"{len(SAMPLES) - len(missed)} of {len(SAMPLES)}",
            recall >= LEAST_RECALL,
        ),
        Aim(
            "lines of ordinary code changed",
            f"< {MOST_CHANGED:.0%}",
            f"{len(changed)} of {len(lines):,} ({mistaken:.2%})",
            mistaken < MOST_CHANGED,
        ),
    ]
    tables = []
    if missed or changed:
        rows = [[f"`{line}`", "changed"] for line in changed] + [[shape, "not removed"] for shape in missed]
        tables.append(Table("Mistakes", ["", ""], rows))
    return timed.done(aims=aims, tables=tables)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.redaction", description=__doc__).parse_args()
    measure(Timed("redaction", __doc__, options))


if __name__ == "__main__":
    main()
