"""Workers of a root runner run as a user that nothing else runs as."""

import asyncio
import json
import os
import pwd
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from runner.embedded.process import Account
from runner.functions.pool import FunctionPool
from runner.functions.privileges import USERS, StaysRoot, worker_accounts
from runner.functions.process_worker import ProcessWorker
from runner.template.model import Function
from tests.missing import skip_without
from tests.runner.pools import FUNCTIONS, a_function, answer_of, ask, pool_of, runs, until
from tests.servers import LoopThread

HANDLER = """
import os, pathlib
def handler(event, context):
    found = {"uid": os.getuid(), "groups": os.getgroups(), "cwd": os.getcwd(), "pid": os.getpid()}
    for path in event:
        try:
            found[path] = os.listdir(path) if os.path.isdir(path) else pathlib.Path(path).read_text()
        except OSError as error:
            found[path] = type(error).__name__
    status = pathlib.Path("/proc/self/status").read_text().splitlines()
    return found | dict(line.split(":\\t", 1) for line in status if line.startswith(("Cap", "NoNewPrivs")))
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


def run_as_another_user(
    loop_thread: LoopThread, folder: Path, *events: Any, environment: dict[str, str] | None = None, **settings: Any
) -> list[Any]:
    """Return the answers of the function in `folder` to the events."""

    async def within() -> list[Any]:
        function = a_function(folder, environment=environment or {}, **settings)
        account = await account_of(function)
        make = partial(ProcessWorker, account=account)
        async with pool_of(
            folder, folder.parent, make_worker=make, environment=function.environment, **settings
        ) as pool:
            return [answer_of(await pool.invoke(json.dumps(event).encode())) for event in events]

    return loop_thread.run(within())


async def account_of(function: Function) -> Account:
    return (await worker_accounts({"Fn": function}))["Fn"]


def code_in(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "handler.py").write_text(HANDLER)
    return folder


@as_root
def test_a_worker_has_no_rights_of_root(runtime_client: str, loop_thread: LoopThread, tmp_path: Path) -> None:
    """pytest's directory is closed to other users; the function's part of it is shown to its worker."""
    code = code_in(tmp_path / "code")
    (tmp_path / "keys.json").write_text("{}")
    [found] = run_as_another_user(loop_thread, code, [str(tmp_path / "keys.json"), str(tmp_path), "/etc/shadow"])
    assert found["uid"] in USERS
    assert (found["groups"], found["cwd"]) == ([], str(code))
    assert [found[name] for name in ("CapPrm", "CapEff", "CapInh", "CapAmb")] == ["0" * 16] * 4
    assert found["NoNewPrivs"] == "1"
    assert found["/etc/shadow"] == "PermissionError"
    # What is not the function's is not even there.
    assert found[str(tmp_path / "keys.json")] == "FileNotFoundError"
    assert found[str(tmp_path)] == ["code"]


@as_root
def test_what_is_hidden_from_a_worker_is_there_for_everybody_else(loop_thread: LoopThread, tmp_path: Path) -> None:
    code = code_in(tmp_path / "code")
    mounts = Path("/proc/self/mountinfo").read_text()
    run_as_another_user(loop_thread, code, [])
    assert Path("/proc/self/mountinfo").read_text() == mounts
    assert (tmp_path / "Fn.log").exists()


@as_root
def test_a_worker_reads_its_layers_links_and_the_files_that_its_environment_names(
    loop_thread: LoopThread, tmp_path: Path
) -> None:
    code = code_in(tmp_path / "code")
    (code / "handler.py").write_text(f"import layered\n{HANDLER}")
    (tmp_path / "elsewhere" / "python").mkdir(parents=True)
    (tmp_path / "elsewhere" / "python" / "layered.py").touch()
    (tmp_path / "layer").symlink_to(tmp_path / "elsewhere")
    certificate = tmp_path / "certificates" / "ca.pem"
    certificate.parent.mkdir()
    certificate.write_text("a certificate")
    environment = {"REDIS_URL": f"rediss://:x@localhost:1/0?ssl_ca_certs={certificate}&a=/none", "OTHER": "/missing"}
    [found] = run_as_another_user(
        loop_thread, code, [str(certificate)], environment=environment, layers=(tmp_path / "layer",)
    )
    assert found[str(certificate)] == "a certificate"


@as_root
def test_changed_code_is_loaded_and_bytecode_is_kept(loop_thread: LoopThread, tmp_path: Path) -> None:
    code = code_in(tmp_path / "code")

    async def scenario() -> None:
        account = await account_of(a_function(code))
        # A worker may not write it, and would compile the code at each cold start.
        assert list((code / "__pycache__").glob("handler.*.pyc"))
        async with pool_of(code, tmp_path, make_worker=partial(ProcessWorker, account=account)) as pool:
            assert "uid" in answer_of(await pool.invoke(b"[]"))
            (code / "handler.py").write_text("def handler(event, context):\n    return 'changed'\n")
            await asyncio.sleep(0.1)
            assert answer_of(await pool.invoke(b"[]")) == "changed"

    loop_thread.run(scenario())


@as_root
@pytest.mark.parametrize("name", ["handler.py", "", "part/of_it.py"])
def test_workers_stay_root_where_the_user_cannot_read_the_code(
    loop_thread: LoopThread, tmp_path: Path, name: str
) -> None:
    code = code_in(tmp_path / "code")
    (code / "part").mkdir()
    (code / "part" / "of_it.py").touch()
    (code / name).chmod(0o600)

    async def scenario() -> None:
        with pytest.raises(StaysRoot, match=rf"the user \d+ may not read {code / name}|: .*{code}"):
            await account_of(a_function(code))

    loop_thread.run(scenario())


@as_root
def test_each_runner_takes_a_user_that_no_process_has(loop_thread: LoopThread, tmp_path: Path) -> None:
    """Processes of one user can read each other's memory."""
    code = code_in(tmp_path / "code")

    async def scenario() -> None:
        first = await account_of(a_function(code))
        async with pool_of(code, tmp_path, make_worker=partial(ProcessWorker, account=first)):
            second = await account_of(a_function(code))
        assert first.uid != second.uid
        for account in (first, second):
            with pytest.raises(KeyError):
                pwd.getpwuid(account.uid)

    loop_thread.run(scenario())


@as_root
def test_no_function_reads_the_memory_of_another(loop_thread: LoopThread, tmp_path: Path) -> None:
    """On AWS functions are separate too; a worker's environment has passwords that others lack."""
    code = code_in(tmp_path / "code")

    async def scenario() -> None:
        one, two = (await worker_accounts({"One": a_function(code), "Two": a_function(code)})).values()
        assert one.uid != two.uid
        async with (
            pool_of(code, tmp_path, make_worker=partial(ProcessWorker, account=one)) as first,
            pool_of(code, tmp_path, make_worker=partial(ProcessWorker, account=two)) as second,
        ):
            pid = answer_of(await first.invoke(b"[]"))["pid"]
            paths = [f"/proc/{pid}/{name}" for name in ("environ", "mem", "fd", "cwd/")]
            found = answer_of(await second.invoke(json.dumps(paths).encode()))
            assert [found[path] for path in paths] == ["PermissionError"] * 4
            assert answer_of(await first.invoke(json.dumps(paths[:1]).encode()))[paths[0]]

    loop_thread.run(scenario())


def test_the_workers_of_an_ordinary_user_are_its_own(
    loop_thread: LoopThread, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert loop_thread.run(worker_accounts({"Fn": a_function(code_in(tmp_path / "code"))})) == {}


@as_root
def test_a_worker_of_another_user_is_stopped_with_its_children(loop_thread: LoopThread, tmp_path: Path) -> None:
    shutil.copytree(FUNCTIONS / "tricks", tmp_path / "code")

    async def scenario(pool: FunctionPool) -> None:
        child = answer_of(await ask(pool, "spawn"))
        assert psutil.Process(child).uids().real in USERS
        await pool.stop()
        await until(lambda: not runs(child))

    async def within() -> None:
        account = await account_of(a_function(tmp_path / "code"))
        async with pool_of(tmp_path / "code", tmp_path, make_worker=partial(ProcessWorker, account=account)) as pool:
            await scenario(pool)

    loop_thread.run(within())


@as_root
def test_workers_are_known_without_the_right_to_trace_processes(tmp_path: Path) -> None:
    """As in a container with Docker's default capabilities, where root may not read other users' /proc/<pid>/fd."""
    if shutil.which("setpriv") is None:
        skip_without("setpriv")
    shutil.copytree(FUNCTIONS / "tricks", tmp_path / "code")
    program = f"""
import asyncio
from functools import partial
from pathlib import Path
from runner.functions.privileges import worker_accounts
from runner.functions.process_worker import ProcessWorker
from tests.runner.pools import a_function, answer_of, ask, pool_of
async def scenario():
    code = Path({str(tmp_path / "code")!r})
    account = (await worker_accounts({{'Fn': a_function(code)}}))['Fn']
    async with pool_of(code, code.parent, make_worker=partial(ProcessWorker, account=account)) as pool:
        print([answer_of(await ask(pool, "ask_the_runtime_api", by=by)) for by in ("worker", "child")])
asyncio.run(scenario())
"""
    command = ["setpriv", "--bounding-set", "-sys_ptrace", "--inh-caps", "-sys_ptrace", sys.executable, "-c", program]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[400, 400]\n", "")


@as_root
def test_without_the_right_to_mount_workers_stay_root_with_the_reason(tmp_path: Path) -> None:
    """As in a container with Docker's default capabilities."""
    if shutil.which("setpriv") is None:
        skip_without("setpriv")
    code = code_in(tmp_path / "code")
    program = f"""
import asyncio
from pathlib import Path
from runner.functions.privileges import StaysRoot, worker_accounts
from tests.runner.pools import a_function
try:
    asyncio.run(worker_accounts({{'Fn': a_function(Path({str(code)!r}))}}))
except StaysRoot as error:
    print(error)
"""
    command = ["setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin", sys.executable, "-c", program]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True)
    assert "Operation not permitted" in done.stdout


WRITER = """
import os
def handler(event, context):
    with open(os.environ["JOURNAL_URL"].removeprefix("file://"), "a") as journal:
        journal.write("line\\n")
    return os.getuid()
"""


@as_root
def test_a_function_writes_the_file_that_a_url_names_and_no_other_function_reads_it(
    runtime_client: str, loop_thread: LoopThread, tmp_path: Path
) -> None:
    journal = tmp_path / "journal"
    writer, reader = tmp_path / "writer", code_in(tmp_path / "reader")
    writer.mkdir()
    (writer / "handler.py").write_text(WRITER)
    functions = {
        "Reader": a_function(reader),
        "Writer": a_function(writer, environment={"JOURNAL_URL": journal.as_uri()}),
    }
    accounts = loop_thread.run(worker_accounts(functions))

    async def ask_both() -> list[Any]:
        answers = []
        for name, event in (("Writer", []), ("Reader", [str(journal)])):
            function = functions[name]
            make = partial(ProcessWorker, account=accounts[name])
            async with pool_of(function.code, tmp_path, make_worker=make, environment=function.environment) as pool:
                answers.append(answer_of(await pool.invoke(json.dumps(event).encode())))
        return answers

    user, found = loop_thread.run(ask_both())
    status = journal.stat()
    assert (journal.read_text(), status.st_uid, status.st_mode & 0o777) == ("line\n", user, 0o600)
    assert found[str(journal)] == "PermissionError"
