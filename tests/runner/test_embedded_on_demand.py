"""`python -m runner` starts the servers that the template or a parameter needs, and no other."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis

from tests.e2e.stack import eventually
from tests.runner.lifted import copy_runner, lifted

HANDLER = """
import json, os
def handler(event, context):
    names = ("DATABASE_URL", "QUEUE_URL")
    return {"statusCode": 200, "body": json.dumps({name: os.environ.get(name) for name in names})}
"""
TEMPLATE = """
Parameters:
  DatabaseUrl: {Type: String, Default: none}
Resources:
  Show:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: code
      Handler: app.handler
      FunctionUrlConfig: {AuthType: NONE}
      Environment:
        Variables:
          DATABASE_URL: !Ref DatabaseUrl
"""
QUEUE = """
          QUEUE_URL: !Ref Jobs
  Work:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: code
      Handler: app.handler
      Events:
        FromJobs: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn}}
  Jobs:
    Type: AWS::SQS::Queue
    Properties: {QueueName: jobs}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy_runner(tmp_path)
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "app.py").write_text(HANDLER)
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "event.json").write_text("{}")
    return tmp_path


def shown(url: str) -> Any:
    return httpx.get(url, trust_env=False).json()


def test_a_template_with_queues_starts_redis(folder: Path) -> None:
    with (folder / "template.yaml").open("a") as template:
        template.write(QUEUE.removeprefix("\n"))
    with lifted(folder, "--in-process") as runner:
        assert "Starting Redis (embedded); data in" in runner.output
        assert "redis" in runner.data
        assert "postgres" not in runner.data
        url, _, name = shown(runner.ready["functions"]["Show"])["QUEUE_URL"].partition("#")
        with redis.Redis.from_url(url) as client:
            client.xadd(f"queue:{name}", {"body": "{}"})
            eventually(lambda: client.xlen(f"queue:{name}") == 0)
        assert "jobs" in runner.command("queues")
        assert json.loads(runner.command("invoke", "Work", "--event", "event.json"))["statusCode"] == 200
        assert runner.interrupt() == 0


def test_a_parameter_of_the_template_may_start_a_server(folder: Path) -> None:
    with lifted(folder, "--in-process", "--parameter", "DatabaseUrl=@postgres") as runner:
        assert "Starting PostgreSQL (embedded); data in" in runner.output
        assert shown(runner.ready["url"])["DATABASE_URL"].startswith("postgresql://")
        assert "redis" not in runner.data
        assert runner.interrupt() == 0


def test_any_other_parameter_value_is_passed_unchanged(folder: Path) -> None:
    with lifted(folder, "--in-process", "--parameter", "DatabaseUrl=@nothing") as runner:
        assert shown(runner.ready["url"])["DATABASE_URL"] == "@nothing"
        assert not {"postgres", "redis"} & runner.data
