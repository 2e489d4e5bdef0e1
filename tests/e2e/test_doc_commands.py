"""The documented commands for a running system work unchanged."""

import itertools
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documents import BLOCKS, ROOT, WITH_SYSTEM, Block
from tests.e2e.stack import IN_PROCESS, Stack, eventually, running
from tests.missing import skip_without

TUTORIAL = ROOT / "docs" / "tutorial" / "teach-a-first-class.md"
BY_DOCUMENT = {
    document: [*blocks]
    for document, blocks in itertools.groupby(
        (block for block in BLOCKS if block.marker == WITH_SYSTEM), lambda block: block.document
    )
}
# curl exits with 0 on a status of 400 and above; here that is a failure.
PREAMBLE = 'set -eu\ncurl() { command curl --silent --show-error --fail-with-body "$@"; }\n'
END = "-- end of block --"


class Shell:
    """One shell for all blocks of a document, so that later blocks see the variables of earlier ones."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._port = stack.ready["api_url"].split(":")[2].partition("/")[0]
        self._process = subprocess.Popen(
            ["/bin/sh"],
            cwd=Path(stack.ready["data_dir"]).parent,
            env=os.environ | {"no_proxy": "*"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._write(PREAMBLE)

    def run(self, block: Block) -> str:
        """Run the block and wait until all queues are empty; return its output."""
        self._write(f"{block.text.replace('localhost:8000', f'localhost:{self._port}')}\necho\necho '{END}'\n")
        assert self._process.stdout is not None
        lines = [*itertools.takewhile(lambda line: line != f"{END}\n", iter(self._process.stdout.readline, ""))]
        output = "".join(lines)
        assert self._process.poll() is None or self._process.wait() == 0, f"{block.place}:\n{output}"
        eventually(self._drained)
        return output

    def close(self) -> int:
        """Return the exit status."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        status = self._process.wait()
        self._process.stdout.close()
        return status

    def _write(self, text: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(text)
        self._process.stdin.flush()

    def _drained(self) -> bool:
        queues = self._stack.status()["queues"].values()
        return not any(queue["waiting"] or queue["inFlight"] for queue in queues)


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A new system in a folder like a clone, with its data in .classpulse beside local_runner.py."""
    if shutil.which("curl") is None:
        skip_without("curl")
    clone = tmp_path_factory.mktemp("clone")
    (clone / "local_runner.py").symlink_to(ROOT / "local_runner.py")
    with running(clone / ".classpulse", IN_PROCESS) as found:
        yield found


def run_all(system: Stack, document: Path) -> str:
    shell = Shell(system)
    try:
        output = "".join(shell.run(block) for block in BY_DOCUMENT[document])
    finally:
        status = shell.close()
    assert status == 0
    return output


@pytest.mark.parametrize("document", [path for path in BY_DOCUMENT if path != TUTORIAL], ids=lambda path: path.name)
def test_every_block_for_a_running_system_works(system: Stack, document: Path) -> None:
    run_all(system, document)


def test_the_commands_of_the_tutorial_have_the_documented_output(system: Stack) -> None:
    output = run_all(system, TUTORIAL)
    for shown in re.findall(r"`(\{?\"[^`…]*)`", TUTORIAL.read_text()):
        assert shown in output
    student = system.get("classes/python-1/students/ada")
    assert (student["runs"], student["errors"], student["lastErrorName"]) == (2, 1, "AttributeError")
