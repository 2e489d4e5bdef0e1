"""A function sees only the environment that the template gives it."""

import json
from pathlib import Path

import pytest

from tests.runner.pools import FUNCTIONS, answer_of, pool_of
from tests.servers import LoopThread


def test_the_function_gets_only_the_environment_of_the_template(
    loop_thread: LoopThread, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_SHELL", "leaks")
    monkeypatch.setenv("AWS_PROFILE", "production")

    async def scenario() -> dict[str, str]:
        environment = {"GREETING": "hello", "AWS_REGION": "mars-1", "AWS_ACCESS_KEY_ID": "mine"}
        async with pool_of(FUNCTIONS / "echo", tmp_path, environment=environment, layers=(tmp_path,)) as pool:
            found: dict[str, str] = answer_of(await pool.invoke(json.dumps({}).encode()))["environment"]
            return found

    found = loop_thread.run(scenario())
    assert found["GREETING"] == "hello"
    assert found["AWS_REGION"] == "us-east-1"
    assert found["AWS_LAMBDA_FUNCTION_NAME"] == "Fn"
    assert found["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "128"
    assert found["AWS_ACCESS_KEY_ID"] not in {"", "mine"}
    assert str(tmp_path / "python") in found["PYTHONPATH"]
    lambda_s = {"GREETING", "LANG", "LC_CTYPE", "PATH", "PYTHONPATH", "PYTHONUNBUFFERED", "TZ", "_HANDLER"}
    others = {name for name in found if not name.startswith(("AWS_", "LAMBDA_", "_X_AMZN_"))}
    assert others <= lambda_s
    assert not {"AWS_PROFILE", "HOME", "SECRET_OF_THE_SHELL"} & set(found)
