"""The documents of the project, and the commands that they show."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
READMES = (ROOT / "README.md", ROOT / "README.ja.md")
DOCUMENTS = [*READMES, *sorted((ROOT / "docs").rglob("*.md"))]
# The comments allowed above a block of commands. A block without one runs separately.
WITH_SYSTEM = "run: ClassPulse is running"
NOT_RUN = "not run: "
_MARKER = re.compile(r"\s*<!-- (.*) -->")
_FENCE = re.compile(r"(\s*)```sh")
_COMMENT = re.compile(r"(?m)(^|\s+)# .*$")


@dataclass(frozen=True)
class Block:
    """The commands between ```sh and ```; marker: the comment above, or an empty text."""

    document: Path
    line: int
    marker: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.document.relative_to(ROOT)}:{self.line}"

    @property
    def commands(self) -> list[list[str]]:
        """Its commands split into words, without comments and assignments."""
        text = _COMMENT.sub("", self.text).replace("\\\n", " ")
        lexer = shlex.shlex(text, posix=True, punctuation_chars=";|&\n")
        lexer.whitespace = " \t\r"
        lexer.whitespace_split = True
        lexer.commenters = ""
        found: list[list[str]] = [[]]
        for word in lexer:
            if set(word) <= set(";|&\n"):
                found.append([])
            elif found[-1] or not (assigned := re.match(r"[A-Z_]+=", word)):
                found[-1].append(word)
            elif program := word[assigned.end() :].partition("$(")[2]:
                found[-1].append(program)
        return [command for command in found if command]


def blocks_of(document: Path) -> list[Block]:
    """Return the blocks of commands in a document."""
    found = []
    lines = document.read_text().splitlines()
    for number, line in enumerate(lines):
        if not (fence := _FENCE.fullmatch(line)):
            continue
        end = next(at for at in range(number + 1, len(lines)) if lines[at].strip() == "```")
        text = "\n".join(inner.removeprefix(fence[1]) for inner in lines[number + 1 : end])
        marker = _MARKER.fullmatch(lines[number - 1])
        found.append(Block(document, number + 1, marker[1] if marker else "", text + "\n"))
    return found


BLOCKS = [block for document in DOCUMENTS for block in blocks_of(document)]
