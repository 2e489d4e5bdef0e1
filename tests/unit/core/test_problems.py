"""The codes of error answers: listed in the docs, and each one in use."""

import re
from pathlib import Path

from classpulse.core.problems import ErrorCode

ROOT = Path(__file__).parents[3]


def test_the_docs_list_every_code_in_order() -> None:
    text = (ROOT / "docs" / "reference" / "error-codes.md").read_text()
    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == [code.value for code in ErrorCode]


def test_every_code_is_in_use() -> None:
    sources = (ROOT / "layers/common/python/classpulse").rglob("*.py")
    used = {name for source in sources for name in re.findall(r"ErrorCode\.([A-Z_]+)", source.read_text())}
    assert used == set(ErrorCode.__members__)
