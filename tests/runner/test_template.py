"""template.yaml -> Stack, and the errors of a broken template."""

import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from runner.errors import TemplateError
from runner.sources.kinds import KINDS
from runner.sources.schedule.template import Schedule
from runner.sources.sqs.template import EventSource
from runner.template.model import Behavior, Cors, Stack, WebSocketApi, WebSocketRoute
from runner.template.reader import read

HERE = Path(__file__).parent
SOCKETS = "ws://127.0.0.1:1234"


def read_file(path: Path, **parameters: str) -> Stack:
    return read(path, parameters, lambda name: f"https://queues/{name}", SOCKETS, KINDS)


def read_text(directory: Path, text: str, **parameters: str) -> Stack:
    (directory / "handler.py").touch()
    path = directory / "t.yaml"
    path.write_text(textwrap.dedent(text))
    return read_file(path, **parameters)


@pytest.fixture(scope="module")
def stack() -> Stack:
    return read_file(HERE / "template.yaml")


def test_a_functions_settings_override_those_of_globals(stack: Stack) -> None:
    echo = stack.functions["Echo"]
    assert (echo.handler, echo.timeout, echo.memory, echo.reserved_concurrency) == ("handler.handler", 7, 256, None)
    assert echo.code == HERE / "functions" / "echo"
    assert stack.functions["Consumer"].memory == 128
    assert stack.functions["Consumer"].reserved_concurrency == 2


def test_environments_are_merged_and_no_value_removes_a_variable(stack: Stack) -> None:
    assert stack.functions["Echo"].environment == {
        "STAGE": "test",
        "SHARED": "from-the-function",
        "GREETING": "hello from local",
        "QUEUE_URL": "https://queues/jobs",
        "ENDPOINT": SOCKETS,
    }
    assert stack.functions["Consumer"].environment == {"STAGE": "test", "SHARED": "from-globals"}


def test_layers_are_added_to_those_of_globals_except_built_ones(stack: Stack) -> None:
    assert stack.functions["Echo"].layers == (HERE / "layer",)


def test_a_function_url_is_read_with_its_cors(stack: Stack) -> None:
    url = stack.functions["Echo"].url
    assert url is not None
    assert url.domain == "echo.lambda-url.us-east-1.on.aws"
    assert url.cors == Cors(("https://good.example",), ("GET", "POST"), ("x-key",), ("X-Answer",), True, 60)
    assert stack.functions["Consumer"].url is None


def test_queues_and_event_source_mappings_are_read(stack: Stack) -> None:
    jobs, dead = stack.queues["jobs"], stack.queues["JobsDead"]
    assert (jobs.visibility_timeout, jobs.retention) == (20, 600)
    assert (jobs.dead_letter_queue, jobs.max_receive_count) == ("JobsDead", 3)
    assert (dead.visibility_timeout, dead.retention, dead.dead_letter_queue) == (30, 345600, None)
    [source] = [source for source in stack.sources if isinstance(source, EventSource)]
    assert (source.function, source.queue, source.batch_size, source.batching_window) == ("Consumer", jobs, 5, 1.0)
    assert (source.reports_item_failures, source.maximum_concurrency) == (True, 3)


def test_schedules_are_read(stack: Stack) -> None:
    assert tuple(source for source in stack.sources if isinstance(source, Schedule)) == (
        Schedule("ConsumerOften", "Consumer", "rate(5 minutes)", '{"days": 1}'),
        Schedule("ConsumerNightly", "Consumer", "cron(0 3 * * ? *)", None),
    )


def test_the_websocket_api_is_read(stack: Stack) -> None:
    api = stack.websocket_api
    assert api is not None
    assert (api.logical_id, api.stage, api.selection) == ("Sockets", "ws", "$request.body.action")
    assert api.routes == {"$connect": WebSocketRoute("Echo", False), "ask": WebSocketRoute("Echo", True)}


def test_the_behaviours_of_the_distribution_keep_their_order(stack: Stack) -> None:
    assert stack.origins == {
        "site": ("bucket", "Site"),
        "echo": ("function", "Echo"),
        "sockets": ("websocket", "Sockets"),
    }
    assert stack.behaviors == (
        Behavior("/ws", "websocket", "Sockets", ("GET", "HEAD"), None),
        Behavior("/api/*", "function", "Echo", ("GET", "HEAD", "POST"), "Root"),
        Behavior("*", "bucket", "Site", ("GET", "HEAD"), None),
    )


def test_resources_that_are_not_emulated_are_named(stack: Stack) -> None:
    assert sorted(stack.not_emulated) == [
        "Consumer.Events.Uploaded (S3)",
        "Globals.Function.Tracing",
        "Jobs.DelaySeconds",
        "Topic (AWS::SNS::Topic)",
    ]


def test_resources_that_a_condition_leaves_out_are_not_named(tmp_path: Path) -> None:
    text = """\
        Parameters: {Own: {Type: String, Default: ""}}
        Conditions: {HasOwn: !Not [!Equals [!Ref Own, ""]]}
        Resources:
          Network:
            Type: AWS::CloudFormation::Stack
            Condition: HasOwn
            Properties: {TemplateURL: network.yaml}
        """
    assert read_text(tmp_path, text).not_emulated == ()
    assert read_text(tmp_path, text, Own="yes").not_emulated == ("Network (AWS::CloudFormation::Stack)",)


def test_a_route_may_lead_to_the_alias_of_a_function(tmp_path: Path) -> None:
    text = """\
        Resources:
          Fn:
            Type: AWS::Serverless::Function
            Properties: {Handler: handler.handler, AutoPublishAlias: live}
          Api:
            Type: AWS::ApiGatewayV2::Api
            Properties: {ProtocolType: WEBSOCKET}
          Stage:
            Type: AWS::ApiGatewayV2::Stage
            Properties: {ApiId: !Ref Api, StageName: ws}
          Route:
            Type: AWS::ApiGatewayV2::Route
            Properties: {ApiId: !Ref Api, RouteKey: $connect, Target: !Sub "integrations/${Integration}"}
          Integration:
            Type: AWS::ApiGatewayV2::Integration
            Properties:
              ApiId: !Ref Api
              IntegrationType: AWS_PROXY
              IntegrationUri: !Sub arn:aws:apigateway:us-east-1:lambda:path/functions/${Fn.Arn}:live/invocations
        """
    api = read_text(tmp_path, text).websocket_api
    assert api is not None
    assert api.routes == {"$connect": WebSocketRoute("Fn", False)}


def test_a_condition_selects_resources_and_values() -> None:
    live = read_file(HERE / "template.yaml", Stage="live")
    assert "OnlyLive" in live.functions
    assert live.functions["Echo"].memory == 1024
    assert live.functions["Echo"].environment["LIVE"] == "live"
    assert "OnlyLive" not in read_file(HERE / "template.yaml").functions


def test_functions_behind_requests_messages_and_sockets_are_waited_for(stack: Stack) -> None:
    """No client waits for a batch with a window, for a schedule, or at a closed socket."""
    assert stack.waited_for() == {"Echo"}
    [source] = [source for source in stack.sources if isinstance(source, EventSource)]
    assert replace(stack, sources=(replace(source, batching_window=0.0),)).waited_for() == {"Echo", "Consumer"}
    api = WebSocketApi("Sockets", "ws", "", {"$disconnect": WebSocketRoute("Consumer", False)})
    assert replace(stack, websocket_api=api).waited_for() == {"Echo"}
    api.routes["ask"] = WebSocketRoute("Consumer", False)
    assert replace(stack, websocket_api=api).waited_for() == {"Echo", "Consumer"}


def test_the_projects_template_is_valid() -> None:
    given = {"DatabaseUrl": "postgresql://", "RedisUrl": "redis://"}
    given |= dict.fromkeys(("InstructorToken", "IngestKey", "SigningKey", "PrivacyKey"), "k" * 20)
    stack = read_file(HERE.parents[1] / "template.yaml", **given)
    assert stack.functions
    assert stack.queues
    assert {type(source) for source in stack.sources} == {EventSource, Schedule}
    assert stack.websocket_api is not None
    assert stack.behaviors[-1].pattern == "*"


FUNCTION = """\
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties: {Handler: handler.handler}
"""
QUEUE = """\
Resources:
  Q:
    Type: AWS::SQS::Queue
"""
SITE = """\
Resources:
  Cdn:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
"""
API = """\
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: {ProtocolType: WEBSOCKET}
"""
STAGE = f"{API}  S:\n    Type: AWS::ApiGatewayV2::Stage\n    Properties: {{ApiId: !Ref Api, StageName: s}}\n"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("Resources: [\n", 2, "is not YAML"),
        ("Resources:\n  Fn: \x07\n", 2, "is not YAML"),
        ("Resources:\n  Fn: {Type: A}\n  Fn: {Type: B}\n", 3, "Fn is written twice: keep one"),
        ("Outputs: {}\n", 1, "has no Resources"),
        ("Resources:\n  Fn: {}\n", 2, "Fn has no Type: every resource needs one"),
        (FUNCTION.replace("handler.handler", "lost.handler"), 2, "there is no lost.py: check CodeUri and Handler"),
        (FUNCTION.replace("}", ", Timeout: soon}"), 4, "Timeout"),
        (FUNCTION.replace("}", ", Layers: [Lost]}"), 4, "there is no layer Lost in the template"),
        (FUNCTION.replace("}", ", MemorySize: !Ref Lost}"), 4, "no parameter or resource Lost: check its name"),
        (FUNCTION.replace("}", ", Events: {E: {Type: SQS, Properties: {Queue: q}}}}"), 4, "Queue must be !GetAtt"),
        (FUNCTION.replace("}", ", Events: {E: {Type: Schedule, Properties: {Schedule: often}}}}"), 4, "write rate("),
        (FUNCTION + "    Condition: Lost\n", 3, "there is no condition Lost: add it under Conditions"),
        (
            QUEUE + "    Properties:\n      RedrivePolicy: {deadLetterTargetArn: a:b, maxReceiveCount: 1}\n",
            5,
            "dead-letter",
        ),
        (QUEUE + "    Properties:\n      RedrivePolicy: {deadLetterTargetArn: !GetAtt Q.Arn}\n", 5, "maxReceiveCount"),
        (
            SITE + "        Origins:\n        - {Id: o, DomainName: a.example}\n",
            7,
            "origin o: a.example is no function",
        ),
        (SITE + "        DefaultCacheBehavior: {TargetOriginId: lost}\n", 6, "there is no origin lost in Cdn"),
        (API, 2, "Api has no stage: add an AWS::ApiGatewayV2::Stage"),
        (API + API.removeprefix("Resources:\n").replace("Api:", "Two:"), 5, "only one WebSocket API is emulated"),
        (STAGE + "  R:\n    Type: AWS::ApiGatewayV2::Route\n    Properties: {ApiId: !Ref Api}\n", 8, "Target must be"),
        ("Parameters:\n  P: {Type: String}\n" + QUEUE, 2, "parameter P has no value: give it with --parameter P=…"),
    ],
)
def test_a_broken_template_is_reported_with_file_line_and_remedy(
    tmp_path: Path, text: str, line: int, says: str
) -> None:
    with pytest.raises(TemplateError) as failure:
        read_text(tmp_path, text)
    assert str(failure.value).startswith(f"t.yaml:{line}: ")
    assert says in str(failure.value)


def test_a_missing_or_binary_template_is_reported(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"cannot be read .*name another with --template"):
        read_file(tmp_path / "lost.yaml")
    (tmp_path / "t.yaml").write_bytes(b"Resources: \xff\n")
    with pytest.raises(TemplateError, match=r"t\.yaml:1: "):
        read_file(tmp_path / "t.yaml")
