"""runner/ runs in a folder without this project, by the steps of docs/reference/runner.md."""

import importlib.metadata
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.runner.lifted import HELLO, ROOT, copy_runner, environment, lifted

SERVERS = {"postgres", "redis", "valkey-server", "redis-server", "initdb"}
A_SERVER = "from runner.http_server import HttpServer, bind; HttpServer(print, bind('127.0.0.1', 0))"
SECOND = """
  Bye:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: hello
      Handler: app.handler
      FunctionUrlConfig: {AuthType: NONE}
"""


def documented() -> dict[str, str]:
    """The code blocks of the section `Using it elsewhere`, by language; those of the shell joined."""
    text = (ROOT / "docs" / "reference" / "runner.md").read_text()
    [section] = re.findall(r"^## Using it elsewhere\n(.*?)^## ", text, re.DOTALL | re.MULTILINE)
    blocks: dict[str, str] = {}
    for language, block in re.findall(r"^```(\w+)\n(.*?)^```", section, re.DOTALL | re.MULTILINE):
        blocks[language] = blocks.get(language, "") + block
    return blocks


def step(program: str) -> list[str]:
    """Return the documented command with this beginning."""
    [line] = [line for line in documented()["sh"].splitlines() if line.startswith(program)]
    return shlex.split(line.partition("#")[0])


def packages() -> list[str]:
    """The packages that the documents install."""
    return step("python -m pip install")[4:]


def test_the_documented_hello_world_runs(tmp_path: Path) -> None:
    (tmp_path / "classpulse").symlink_to(ROOT)
    folder = tmp_path / "elsewhere"
    (folder / "hello").mkdir(parents=True)
    copy = step("cp")
    assert copy == ["cp", "-r", "../classpulse/runner", "."]
    subprocess.run(copy, cwd=folder, check=True)
    (folder / "template.yaml").write_text(documented()["yaml"])
    (folder / "hello" / "app.py").write_text(documented()["python"])
    python, *arguments = step("python -m runner --template")
    assert (python, arguments[:2]) == ("python", ["-m", "runner"])
    options = [option for option in arguments[2:] if option not in {"--port", "8000"}]
    with lifted(folder, *options) as runner:
        assert set(runner.ready) == {"url", "functions", "data_dir", "pid"}
        assert runner.ready["functions"] == {"Hello": runner.ready["url"]}
        assert runner.ready["pid"] == runner.process.pid
        answer = httpx.get(runner.ready["url"], trust_env=False)
        assert (answer.status_code, answer.text) == (200, "Hello from /\n")
        assert runner.ready["url"] in runner.output
        assert not SERVERS & runner.programs()
        assert not SERVERS & runner.data
        assert runner.interrupt() == 0
        assert not runner.ready_file.exists()


def test_the_documented_files_equal_the_fixtures() -> None:
    assert documented()["yaml"] == (HELLO / "template.yaml").read_text()
    assert documented()["python"] == (HELLO / "hello" / "app.py").read_text()


def test_two_function_urls_are_served_at_their_logical_ids(tmp_path: Path) -> None:
    shutil.copytree(HELLO, tmp_path, dirs_exist_ok=True)
    copy_runner(tmp_path)
    template = tmp_path / "template.yaml"
    template.write_text(template.read_text() + SECOND)
    with lifted(tmp_path, "--in-process") as runner:
        url = runner.ready["url"]
        assert runner.ready["functions"] == {"Hello": f"{url}Hello/", "Bye": f"{url}Bye/"}
        assert httpx.get(f"{url}Hello/", trust_env=False).text == "Hello from /\n"
        assert httpx.get(f"{url}Bye/a/b", trust_env=False).text == "Hello from /a/b\n"
        answer = httpx.get(url, trust_env=False)
        assert (answer.status_code, answer.text) == (404, "There is nothing at this path. Served: /Hello/, /Bye/\n")


def with_requirements(names: list[str]) -> set[str]:
    """Return the distributions and their transitive requirements."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        requires = importlib.metadata.requires(name) or []
        waiting += [re.split(r"[ ;<>=!~\[(]", line)[0] for line in requires if "extra ==" not in line]
    return found


def test_the_runner_needs_no_undocumented_package(tmp_path: Path) -> None:
    """With -S, Python finds only the packages of the folder."""
    shutil.copytree(HELLO, tmp_path, dirs_exist_ok=True)
    copy_runner(tmp_path)
    folder = tmp_path / "packages"
    folder.mkdir()
    for name in with_requirements(packages()):
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            # It is for another platform or an older Python.
            continue
        for top in {path.parts[0] for path in distribution.files or [] if path.parts[0] not in {"..", "__pycache__"}}:
            (folder / top).symlink_to(str(distribution.locate_file(top)))
    with lifted(tmp_path, python=(sys.executable, "-S"), variables={"PYTHONPATH": str(folder)}) as runner:
        assert httpx.get(runner.ready["url"], trust_env=False).text == "Hello from /\n"


@pytest.mark.parametrize("package", [name for name in packages() if name != "awslambdaric"])
def test_the_runner_needs_each_documented_package(tmp_path: Path, package: str) -> None:
    """Workers import awslambdaric; without any other package, the runner does not start."""
    [top] = {"pyyaml": ["yaml"]}.get(package, [package.replace("-", "_")])
    # uvicorn imports its protocols when it is configured.
    code = f"import sys; sys.modules[{top!r}] = None; import runner.__main__; {A_SERVER}"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
    assert found.returncode != 0
    assert top in found.stderr.splitlines()[-1]
