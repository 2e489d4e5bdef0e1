"""The control API of a running system: authorisation, status, metrics, invocations and dead letters.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis
from prometheus_client.parser import text_string_to_metric_families

from runner.addresses import is_on_this_machine
from runner.control.client import ControlClient, publish
from runner.embedded.data_dir import DataDir
from runner.errors import RunnerError
from runner.functions.outcome import MAX_PAYLOAD
from runner.http_server import bind
from runner.sources.kinds import KINDS
from runner.sources.sqs.queue import QueueUnavailable
from runner.sources.sqs.streams_backend import StreamsBackend
from runner.system import Buckets, Options, System
from runner.template.model import Queue
from runner.template.reader import read
from tests.runner.pools import until
from tests.servers import LoopThread

HANDLER = """
def handler(event, context):
    if event.get("fail"):
        raise LookupError("no such pupil")
    return {"event": event}
"""
TEMPLATE = """
Globals: {Function: {CodeUri: code, Handler: handler.handler, Timeout: 5}}
Resources:
  Fn: {Type: AWS::Serverless::Function, Properties: {FunctionUrlConfig: {AuthType: NONE}}}
  Never: {Type: AWS::Serverless::Function, Properties: {ReservedConcurrentExecutions: 0}}
  Jobs:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: jobs
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}
  Dead: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs-dead}}
  Cdn:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Origins: [{Id: fn, DomainName: !Select [2, !Split [/, !GetAtt FnUrl.FunctionUrl]]}]
        DefaultCacheBehavior: {TargetOriginId: fn, AllowedMethods: [GET, HEAD, POST]}
"""
INVOKE = "/2015-03-31/functions/Fn/invocations"
LETTERS = "/_runner/dead-letters/jobs-dead"


@dataclass
class Running:
    """A system and clients of its two addresses; `control` has the token."""

    system: System
    data_dir: DataDir
    public: httpx.Client
    control: httpx.Client

    @property
    def token(self) -> dict[str, str]:
        return {"authorization": self.control.headers["authorization"]}

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = self.public.get("/_runner/status", headers=self.token).json()
        return found


@pytest.fixture
def running(loop_thread: LoopThread, redis_url: str, tmp_path: Path) -> Iterator[Running]:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "handler.py").write_text(HANDLER)
    (tmp_path / "t.yaml").write_text(TEMPLATE)
    data_dir = DataDir(tmp_path / "data")
    sockets = [bind("127.0.0.1", 0) for _ in range(2)]

    backend = StreamsBackend(redis_url, exclusive=False)
    stack = read(tmp_path / "t.yaml", {}, backend.url_of, "ws://127.0.0.1:0", KINDS)
    system = System(stack, data_dir, backend, *sockets, buckets=Buckets(), viewer_requests={}, options=Options())
    loop_thread.run(system.start([]))
    public, control = (
        httpx.Client(base_url=f"http://127.0.0.1:{one.getsockname()[1]}", timeout=10, trust_env=False)
        for one in sockets
    )
    control.headers["authorization"] = f"Bearer {data_dir.key('control_token')}"
    with public, control:
        yield Running(system, data_dir, public, control)
    loop_thread.run(system.stop())
    data_dir.close()


def test_the_status_covers_functions_queues_and_sockets(running: Running, redis_url: str) -> None:
    for event in ({}, {"fail": True}):
        assert running.control.post(INVOKE, json=event).status_code == 200
    with redis.Redis.from_url(redis_url) as client:
        client.xadd("queue:jobs", {"body": "{}"})
    found = running.status()
    assert set(found) == set(running.control.get("/_runner/status").json())
    assert found["functions"]["Fn"] == {"workers": 1, "busy": 0, "invocations": 2, "errors": 1, "coldStarts": 1}
    assert found["queues"]["jobs"].pop("oldestSeconds") >= 0
    assert found["queues"]["jobs"] == {"waiting": 1, "inFlight": 0, "deadLettersOf": None}
    assert found["queues"]["jobs-dead"]["deadLettersOf"] == "jobs"


def test_an_unavailable_queue_has_an_error_in_the_status_and_no_metrics(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unavailable() -> None:
        raise QueueUnavailable("gone")

    monkeypatch.setattr(running.system.queues["jobs"], "depth", unavailable)
    assert running.status()["queues"]["jobs"] == {"error": "the queue does not answer"}
    assert 'queue="jobs"' not in running.public.get("/_runner/metrics", headers=running.token).text


def test_metrics_have_the_prometheus_format(running: Running) -> None:
    running.control.post(INVOKE, json={"fail": True})
    answer = running.public.get("/_runner/metrics", headers=running.token)
    assert answer.headers["content-type"].startswith("text/plain; version=")
    samples = [one for family in text_string_to_metric_families(answer.text) for one in family.samples]
    found = {(one.name, *one.labels.values()): one.value for one in samples}
    for name in ("invocations", "invocation_errors", "cold_starts", "invocation_duration_seconds_count"):
        assert found[f"runner_{name}{'' if name.endswith('count') else '_total'}", "Fn"] == 1
    assert found["runner_invocation_duration_seconds_sum", "Fn"] > 0
    assert found["runner_queue_messages", "jobs", "waiting"] == found["runner_queue_oldest_seconds", "jobs"] == 0
    assert (found["runner_workers", "Fn", "idle"], found["runner_open_sockets",]) == (1, 0)


def test_an_invocation_is_answered_as_lambda_answers_it(running: Running) -> None:
    answer = running.control.post(INVOKE, json={"text": "ä€😀"})
    assert (answer.status_code, answer.json()) == (200, {"event": {"text": "ä€😀"}})
    assert "x-amz-function-error" not in answer.headers
    failed = running.control.post(INVOKE, json={"fail": True})
    assert (failed.status_code, failed.headers["x-amz-function-error"]) == (200, "Unhandled")
    assert failed.json()["errorMessage"] == "no such pupil"
    unknown = running.control.post(INVOKE.replace("Fn", "Gn"), json={})
    assert (unknown.status_code, "Fn" in unknown.json()["error"]) == (404, True)


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (("POST", "Fn", b"{"), (400, "InvalidRequestContentException")),
        (("POST", "Fn", b"\xff"), (400, "InvalidRequestContentException")),
        (("POST", "Fn", b"[" * 100_000), (400, "InvalidRequestContentException")),
        (("GET", "Fn", b""), (405, "MethodNotAllowedException")),
        (("POST", "Fn", b" " * (MAX_PAYLOAD + 1)), (413, "RequestTooLargeException")),
        (("POST", "Never", b"{}"), (429, "TooManyRequestsException")),
    ],
    ids=["no JSON", "no UTF-8", "too deep", "GET", "too large", "no concurrency"],
)
def test_an_invalid_invocation_is_refused_with_lambdas_error(
    running: Running, asked: tuple[str, str, bytes], refusal: tuple[int, str]
) -> None:
    method, function, body = asked
    answer = running.control.request(method, INVOKE.replace("Fn", function), content=body)
    assert (answer.status_code, answer.headers["x-amzn-errortype"]) == refusal
    assert answer.json()["error"]
    assert running.status()["functions"][function]["invocations"] == 0


def test_invoking_a_function_without_concurrency_fails_with_the_reason(
    running: Running, loop_thread: LoopThread
) -> None:
    outcome = loop_thread.run(running.system.invoke("Never", b"{}"))
    assert (outcome.failed, "reserved concurrency of Never is 0" in outcome.payload.decode()) == (True, True)


def test_the_internal_address_requires_the_token(running: Running) -> None:
    for path in (INVOKE, LETTERS, "/_runner/status", "/"):
        for given in ("", "Bearer", "Bearer wrong", "Basic Og==", "Bearer é"):
            answer = running.control.post(path, headers={b"authorization": given.encode()}, json={})
            assert (answer.status_code, "control.token" in answer.json()["error"]) == (403, True)
        assert httpx.post(f"{running.control.base_url}{path}", trust_env=False).status_code == 403
    assert running.status()["functions"]["Fn"]["invocations"] == 0


def test_status_and_metrics_require_the_token(running: Running) -> None:
    for path in ("/_runner/status", "/_runner/metrics", LETTERS, "/_runner/"):
        for given in ("", "Bearer", "Bearer wrong", "Bearer é"):
            answer = running.public.get(path, headers={b"authorization": given.encode()})
            assert (answer.status_code, [*answer.json()]) == (403, ["error"])
        assert running.public.get(path).status_code == 403
        twice = [("authorization", "Bearer wrong"), *running.token.items()]
        assert running.public.get(path, headers=twice).status_code == 403


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP", "CF-Connecting-IP"])
def test_a_proxy_on_this_machine_does_not_open_the_status(running: Running, name: str) -> None:
    """Its address is a loopback address, and so may be what it writes into the header."""
    for value in ("203.0.113.9", "127.0.0.1", "for=127.0.0.1"):
        answer = running.public.get("/_runner/status", headers=running.token | {name: value})
        assert (answer.status_code, answer.content) == (403, b"")


@pytest.mark.parametrize("host", ["attacker.example", "localhost", "127.0.0.1"])
def test_the_internal_address_refuses_a_rebound_name(running: Running, host: str) -> None:
    answer = running.control.get("/_runner/status", headers={"host": host})
    assert (answer.status_code, answer.content) == (403, b"")
    assert running.control.get("/_runner/status").status_code == 200


def test_the_public_address_is_read_only(running: Running, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with redis.Redis.from_url(redis_url) as client:
        letter = client.xadd("queue:jobs-dead", {"body": "{}"}).decode()
        assert running.public.post(f"{LETTERS}/{letter}", headers=running.token).status_code == 404
        assert client.xlen("queue:jobs-dead") == 1
    # The application serves every other path.
    assert running.public.post(INVOKE, json={}).json()["event"]["rawPath"] == INVOKE
    monkeypatch.setattr("runner.system.is_on_this_machine", lambda _: False)
    for path in ("/_runner/status", "/_runner/metrics"):
        assert running.public.get(path).json()["event"]["rawPath"] == path


@pytest.mark.parametrize("near", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_only_loopback_clients_are_on_this_machine(near: str) -> None:
    """An IPv4 client of a listener at :: has an IPv4-mapped address."""
    for far in ("203.0.113.9", "::ffff:203.0.113.9", "10.0.0.1", "fe80::1%eth0"):
        assert not is_on_this_machine({"client": (far, 1234)})
    assert is_on_this_machine({"client": (near, 1234)})


def test_dead_letters_are_listed_shown_redriven_and_dropped(
    running: Running, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with redis.Redis.from_url(redis_url) as client:
        first, second = (client.xadd("queue:jobs-dead", {"body": body}).decode() for body in ("a", "b"))
        assert [one["body"] for one in running.control.get(LETTERS).json()["letters"]] == ["a", "b"]
        assert running.control.get(f"{LETTERS}/{first}").json()["body"] == "a"
        assert running.control.put(f"{LETTERS}/{first}").status_code == 405
        assert running.control.post(f"{LETTERS}/{first}").json() == {"letterId": first}
        assert running.control.delete(f"{LETTERS}/{second}").json() == {"letterId": second}
        assert (client.xlen("queue:jobs"), client.xlen("queue:jobs-dead")) == (1, 0)
    for method in ("GET", "POST", "DELETE"):
        for letter in (first, "-", "%2B", "no%2Fletter"):
            assert running.control.request(method, f"{LETTERS}/{letter}").status_code == 404
    unknown = running.control.get(LETTERS.replace("-dead", ""))
    assert (unknown.status_code, "jobs-dead" in unknown.json()["error"]) == (404, True)
    # An SQS endpoint manages its dead letters itself.
    monkeypatch.setattr(running.system, "dead_letters", lambda *_: None)
    assert running.control.get(LETTERS).status_code == 501


def test_a_closed_backend_closes_its_redis_connections(loop_thread: LoopThread, redis_url: str) -> None:
    async def scenario(client: redis.Redis) -> None:
        backend = StreamsBackend(redis_url, exclusive=False)
        before = len(client.client_list())
        await backend.open(Queue("jobs", 1, 60, None, None)).open()
        assert len(client.client_list()) > before
        await backend.close()
        # Redis notices a closed connection with a delay.
        await until(lambda: len(client.client_list()) == before)

    with redis.Redis.from_url(redis_url) as client:
        loop_thread.run(scenario(client))


def test_the_control_file_is_private_and_removed_at_the_end(running: Running) -> None:
    path = running.data_dir.path / "control.json"
    with pytest.raises(RunnerError, match="no runner works in"):
        ControlClient(running.data_dir.path)
    take_back = publish(running.data_dir, running.control.base_url.port or 0)
    assert path.stat().st_mode & 0o777 == 0o600
    assert ControlClient(running.data_dir.path).request("POST", INVOKE, b"{}").body == {"event": {}}
    alone = running.data_dir.path / "control.token"
    assert alone.stat().st_mode & 0o777 == 0o600
    assert f"Bearer {alone.read_text().strip()}" == running.token["authorization"]
    take_back()
    take_back()
    assert not path.exists()
    assert not alone.exists()
