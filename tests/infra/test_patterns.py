"""Every regular expression in the code takes linear time: the patterns are found in the sources and in the modules."""

import ast
import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import classpulse
import pytest

import runner
from tests.patterns import Slow, check_linear

ROOT = Path(__file__).parents[2]
PACKAGES = ("layers/common/python", "functions", "runner")
FUNCTIONS = {"compile", "search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn"}
# These match what the operator wrote in the template: no student and no client reaches them.
OF_THE_TEMPLATE = ("runner/template/", "runner/sources/schedule/expressions.py")
# These build patterns at run time.
BUILT = {
    # Each is compiled when the module is imported: test_every_compiled_pattern_of_a_module_takes_linear_time.
    "layers/common/python/classpulse/ingest/redaction.py",
    "layers/common/python/classpulse/ingest/secret_kinds.py",
    "layers/common/python/classpulse/classes/rosters.py",
    "runner/edge/signature.py",
    # A student's few names, escaped: alternatives of literal texts.
    "layers/common/python/classpulse/ingest/identities.py",
    # Wildcards of the template, with the rest escaped.
    "runner/edge/distribution.py",
}
# A regular expression in TypeScript: a slash after something that cannot end a value, up to the slash that closes it.
_CLASS = r"\[(?:[^\]\\\n]|\\.)*\]"
TYPESCRIPT = re.compile(
    rf"(?:[(=,:!&|?;{{>]|return)\s?/((?![*/ ])(?:[^/\\\n\[]|\\.|{_CLASS})+)/(?=[dgimsuvy]*[.,;)\s])"
)


def sources() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def calls_of_re(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in FUNCTIONS
        ):
            yield node


def value_of(node: ast.expr, module: str) -> str | bytes | None:
    """Return the pattern of a call: a literal, or a constant of the module or of one that it imports."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str | bytes) else None
    if isinstance(node, ast.Name):
        value = getattr(importlib.import_module(module), node.id, None)
        return value if isinstance(value, str | bytes) else None
    return None


def module_of(path: Path) -> str:
    relative = path.relative_to(ROOT).with_suffix("")
    parts = relative.parts[3:] if relative.parts[0] == "layers" else relative.parts
    return ".".join(part for part in parts if part != "__init__")


def patterns_in_sources() -> Iterator[tuple[str, str | bytes | None]]:
    """Return (path, pattern) of each call of `re`; None: the pattern is built at run time."""
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        for call in calls_of_re(ast.parse(path.read_text())):
            yield name, value_of(call.args[0], module_of(path))


def modules() -> list[str]:
    packages = (classpulse, runner)
    # Importing bootstrap reads the environment; it holds no pattern of its own, as the sources show.
    return [
        info.name
        for package in packages
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if not info.name.endswith(("__main__", "bootstrap", "bootstrap_http"))
    ]


def compiled(value: Any, depth: int = 4) -> Iterator[re.Pattern[Any]]:
    """Return the compiled patterns in a value, in its items, and in the fields of its dataclasses."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth == 0 or isinstance(value, str | bytes | type):
        return
    elif isinstance(value, dict):
        for item in value.values():
            yield from compiled(item, depth - 1)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from compiled(item, depth - 1)
    elif dataclasses.is_dataclass(value):
        yield from compiled(vars(value) if hasattr(value, "__dict__") else {}, depth - 1)


FOUND = sorted({(name, pattern) for name, pattern in patterns_in_sources() if pattern is not None}, key=str)


@pytest.mark.parametrize(
    ("path", "pattern"), [found for found in FOUND if not found[0].startswith(OF_THE_TEMPLATE)], ids=str
)
def test_every_pattern_takes_linear_time(path: str, pattern: str | bytes) -> None:
    check_linear(pattern)


def test_every_compiled_pattern_of_a_module_takes_linear_time() -> None:
    seen: dict[str, int] = {}
    for name in modules():
        module = importlib.import_module(name)
        for pattern in compiled(vars(module)):
            path = (module.__file__ or "").removeprefix(f"{ROOT}/")
            if path.startswith(OF_THE_TEMPLATE):
                continue
            seen[path] = seen.get(path, 0) + 1
            check_linear(pattern.pattern, pattern.flags & ~re.UNICODE)
    assert seen["layers/common/python/classpulse/ingest/secret_kinds.py"] >= 16


def test_patterns_built_at_run_time_are_known() -> None:
    built = {name for name, pattern in patterns_in_sources() if pattern is None}
    assert {name for name in built if not name.startswith(OF_THE_TEMPLATE)} == BUILT


def test_re_is_imported_as_a_module() -> None:
    """Otherwise its calls would not be found."""
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert node.module not in {"re", "fnmatch"}, path
            if isinstance(node, ast.Import):
                assert all(
                    alias.name != "fnmatch" and alias.asname is None
                    for alias in node.names
                    if alias.name in {"re", "fnmatch"}
                ), path


def test_pydantic_matches_patterns_with_its_engine_of_linear_time() -> None:
    """Pydantic's default engine is Rust's regex, which is linear in the text: https://docs.rs/regex."""
    for path in sources():
        assert "python-re" not in path.read_text(), path


def typescript() -> list[tuple[str, str]]:
    found = []
    for path in sorted((ROOT / "dashboard/src").rglob("*.ts*")):
        if ".test." in path.name or "generated" in path.parts:
            continue
        code = path.read_text()
        assert "new RegExp" not in code, path
        found += [(path.relative_to(ROOT).as_posix(), match[1]) for match in TYPESCRIPT.finditer(code)]
    return found


# Python has no \\p{…}: a range of each property stands for it.
PROPERTIES = {
    "ASCII": r"\x00-\x7f",
    "Cc": r"\x00-\x1f",
    "Cf": r"\u200b-\u200f",
    "Cn": r"\ufff0-\ufff8",
    "Co": r"\ue000-\uf8ff",
    "L": r"A-Za-z",
    "M": r"\u0300-\u036f",
    "N": r"0-9",
    "Script=Cyrillic": r"\u0400-\u04ff",
    "Script=Greek": r"\u0370-\u03ff",
    "Zl": r"\u2028",
    "Zp": r"\u2029",
}


def in_python(pattern: str) -> str:
    """Return a pattern of TypeScript in Python's syntax."""
    pattern = re.sub(r"\(\?<(?![=!])", "(?P<", pattern)
    parts, inside, place = [], False, 0
    while place < len(pattern):
        if match := re.compile(r"\\([pP])\{([^}]{1,40})\}").match(pattern, place):
            range_of = r"\x80-\uffff" if match[0] == r"\P{ASCII}" else PROPERTIES[match[2]]
            assert match[1] == "p" or match[2] == "ASCII", match[0]
            parts.append(range_of if inside else f"[{range_of}]")
            place = match.end()
            continue
        step = 2 if pattern[place] == "\\" else 1
        inside = {"[": True, "]": False}.get(pattern[place], inside) if step == 1 else inside
        parts.append(pattern[place : place + step])
        place += step
    return "".join(parts)


@pytest.mark.parametrize(("path", "pattern"), typescript(), ids=str)
def test_every_pattern_of_the_dashboard_takes_linear_time(path: str, pattern: str) -> None:
    check_linear(in_python(pattern))


def test_the_dashboards_patterns_are_found() -> None:
    """Every file that calls a method of patterns with a literal is among those found."""
    calls = re.compile(r"\.(?:replace|replaceAll|match|matchAll|split|search)\(/|/[dgimsuvy]*\.(?:test|exec)\(")
    expected = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "dashboard/src").rglob("*.ts*")
        if calls.search(path.read_text()) and ".test." not in path.name
    }
    assert expected
    assert expected <= {path for path, _ in typescript()}


LINEAR = (
    r"a*",
    r"<ipython-input[^<>]*>",
    r"\b0x[0-9A-Fa-f]+\b",
    r"(?<![\w.'\"])\d+(?:\.\d+)?(?![\w'\"])",
    r"(://[^\s/:@\"']{1,256}:)[^\s/:@\"']{1,256}(?=@)",
    r"(?<!\w)(?:'([^']*)'|\"([^\"]*)\")",
    r"^\s*[a-z]",
    r"(?:ab?c){1,8}d",
)
SLOW = (
    r"<ipython-input[^>]*>",
    r"(a+)+$",
    r"\s+$",
    r"\r+$",
    r"(a|a)*b",
    r"(?:/\w+){2,}",
    r"a.*b",
    r"\d+\.",
    r'"[^"]*\w"',
    r"x\w*y",
    r"(?:\w{1,50}){1,50}z",
    r"(?:a|a){1,40}b",
    r"\w{1,5000}\.",
    r"(?=\w+\.)",
    r"(\w+)\1",
    r"[^x]*[^y]*z",
    r"^\s*\s*x",
)


@pytest.mark.parametrize("pattern", LINEAR)
def test_a_linear_pattern_passes(pattern: str) -> None:
    check_linear(pattern)


@pytest.mark.parametrize("pattern", SLOW)
def test_a_slow_pattern_is_named(pattern: str) -> None:
    with pytest.raises(Slow):
        check_linear(pattern)
