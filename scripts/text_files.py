"""`python scripts/text_files.py FILE…` checks what ruff does not: the line ends of text files, the syntax of YAML."""

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

# In Markdown, two blanks at the end of a line are a line break.
BLANKS_MATTER = {".md"}


def faults_of(path: Path) -> Iterator[str]:
    """Yield what is wrong with a text file in UTF-8, a line each."""
    text = path.read_bytes().decode()
    if text and not re.search(r"[^\n]\n\Z", text):
        yield "does not end with exactly one line break"
    if "\r" in text:
        yield "has carriage returns"
    if path.suffix not in BLANKS_MATTER:
        for number, line in enumerate(text.split("\n"), start=1):
            if line != line.rstrip(" \t"):
                yield f"has blanks at the end of line {number}"
    if path.suffix in {".yaml", ".yml"}:
        try:
            # Events, not values: CloudFormation's tags need no constructor.
            list(yaml.parse(text))
        except yaml.YAMLError as error:
            yield f"is not YAML: {error}"


def main(arguments: Sequence[str]) -> int:
    """Print every fault; return 1 if there is one."""
    faults = [f"{name} {fault}" for name in arguments for fault in faults_of(Path(name))]
    for fault in faults:
        print(fault)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
