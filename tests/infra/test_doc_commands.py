"""The documented commands: those that can run here are run, the others name existing programs and options."""

import functools
import importlib.util
import itertools
import os
import re
import shlex
import subprocess
import sys

import pytest
import yaml

from tests.documents import BLOCKS, DOCUMENTS, NOT_RUN, ROOT, WITH_SYSTEM, Block
from tests.infra.test_template import TEMPLATE

MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"(?m)^([a-z-]+):", MAKEFILE))
# The program that a make target passes ARGS to.
PROGRAMS = {
    "run": ["local_runner.py"],
    "demo": ["local_runner.py"],
    "emulate": ["-m", "infra.emulation"],
    "package": ["-m", "infra.package"],
    "preflight": ["-m", "infra.preflight"],
    "screenshot": ["-m", "scripts.screenshot"],
    "verify-demo": ["-m", "demo"],
}
# Third-party programs, whose options are not checked here.
OTHERS = {
    "aws",
    "cp",
    "curl",
    "date",
    "docker",
    "echo",
    "export",
    "git",
    "openssl",
    "output()",
    "python",
    "printf",
    "python3",
    "rm",
    "set",
    ".",
    "}",
}
STANDALONE = [block for block in BLOCKS if not block.marker]
MARKED = [block for block in BLOCKS if block.marker]


def place(block: Block) -> str:
    return block.place


def test_every_block_runs_or_gives_a_reason() -> None:
    assert STANDALONE
    assert len(MARKED) > 20
    for block in MARKED:
        assert block.marker == WITH_SYSTEM or len(block.marker.removeprefix(NOT_RUN)) > 5, block.place
        assert block.marker.startswith((WITH_SYSTEM, NOT_RUN)), block.place


@pytest.mark.parametrize("block", STANDALONE, ids=place)
def test_a_block_without_a_marker_runs_separately(block: Block) -> None:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    script = f"set -eu\n{block.text}"
    done = subprocess.run(["/bin/sh", "-c", script], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("block", MARKED, ids=place)
def test_a_marked_block_names_what_exists(block: Block) -> None:
    assert block.commands
    for command in block.commands:
        program, *words = command
        if program == "make":
            check_make(words)
        elif program == "./local_runner.py":
            check_local_runner(words)
        else:
            assert program in OTHERS, f"{program} is not known here"
    check_names_of_the_template(block.text)


def check_make(words: list[str]) -> None:
    targets = [word for word in words if "=" not in word]
    variables = dict(word.split("=", 1) for word in words if "=" in word)
    assert set(targets) <= TARGETS
    assert all(f"$({name})" in MAKEFILE for name in variables)
    if arguments := shlex.split(variables.get("ARGS", "")):
        assert options_of(arguments) <= options_in_help(*PROGRAMS[targets[0]])
        check_parameters(arguments)


def check_parameters(arguments: list[str]) -> None:
    for option, value in itertools.pairwise(arguments):
        if option == "--parameter":
            assert value.partition("=")[0] in TEMPLATE["Parameters"]


def check_local_runner(words: list[str]) -> None:
    subcommand = words[: 2 if words[0] == "dlq" else 1]
    assert options_of(words) <= options_in_help("local_runner.py", *subcommand)


def check_names_of_the_template(text: str) -> None:
    assert set(re.findall(r"\$\(output (\w+)\)", text)) <= set(TEMPLATE["Outputs"])
    [*overrides] = re.findall(r"--parameter-overrides ([^`]*)", text.replace("\\\n", " "))
    for words in overrides:
        assert set(re.findall(r"(\w+)=", words)) <= set(TEMPLATE["Parameters"])


def options_of(words: list[str]) -> set[str]:
    return {word for word in words if word.startswith("--")}


@functools.cache
def options_in_help(*program: str) -> frozenset[str]:
    env = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'layers/common/python'}"}
    done = subprocess.run(
        [sys.executable, *program, "--help"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return frozenset(re.findall(r"--[a-z-]+", done.stdout))


def test_every_alias_in_a_command_is_the_one_that_the_template_publishes() -> None:
    text = "\n".join(block.text for block in BLOCKS)
    named = re.findall(r"--qualifier (\w+)|--function-name \w+:(\w+)|update-alias [^\n]*--name (\w+)", text)
    assert len(named) >= 2
    assert {alias for names in named for alias in names if alias} == {
        TEMPLATE["Globals"]["Function"]["AutoPublishAlias"]
    }


def test_no_how_to_tells_to_purge_a_queue() -> None:
    """The updates queue carries the messages that close a dismissed member's sockets."""
    guides = [document for document in DOCUMENTS if document.parent.name == "how-to"]
    assert guides
    for document in guides:
        assert "purge" not in document.read_text().lower(), document


def test_every_command_in_the_text_exists() -> None:
    for block_document in {block.document for block in BLOCKS}:
        text = block_document.read_text()
        assert set(re.findall(r"`make ([a-z-]+)", text)) <= TARGETS, block_document
        for module in re.findall(r"python -m ([a-z_.]+)", text):
            assert importlib.util.find_spec(module), f"{block_document}: {module}"


def test_the_profiles_of_docker_compose_exist() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"].values()
    profiles = {profile for service in services for profile in service["profiles"]}
    named = {name for block in BLOCKS for name in re.findall(r"--profile (\w+) up", block.text)}
    assert named
    assert named <= profiles
