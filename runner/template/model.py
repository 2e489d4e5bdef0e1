"""The resources of a template that the runner emulates. Durations are in seconds, sizes in MB."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

from runner.template.attributes import function_arn, queue_arn


@dataclass(frozen=True)
class Cors:
    """A Function URL's Cors property."""

    allow_origins: tuple[str, ...] = ()
    allow_methods: tuple[str, ...] = ()
    allow_headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    allow_credentials: bool = False
    max_age: int = 0


@dataclass(frozen=True)
class FunctionUrl:
    """A Function URL. domain: the host in the template's expressions and in events."""

    domain: str
    cors: Cors | None


@dataclass(frozen=True)
class Function:
    """An AWS::Serverless::Function. layers: folders put on the function's path."""

    name: str
    handler: str
    code: Path
    timeout: int
    memory: int
    reserved_concurrency: int | None
    layers: tuple[Path, ...]
    environment: dict[str, str]
    log_format: str
    url: FunctionUrl | None

    @property
    def arn(self) -> str:
        """The function's ARN, with the account and region of the emulation."""
        return function_arn(self.name)


@dataclass(frozen=True)
class Queue:
    """An AWS::SQS::Queue. dead_letter_queue: the QueueName that its redrive policy names."""

    name: str
    visibility_timeout: int
    retention: int
    dead_letter_queue: str | None
    max_receive_count: int | None

    @property
    def arn(self) -> str:
        """The queue's ARN, with the account and region of the emulation."""
        return queue_arn(self.name)


class Source(Protocol):
    """An event source of a function. kind: its entry in the table of runner/sources/kinds.py."""

    kind: ClassVar[str]

    @property
    def function(self) -> str:
        """The logical id of the function that it invokes."""

    @property
    def waited_for(self) -> bool:
        """Whether latency matters for its invocations, so that one worker is kept warm."""


@dataclass(frozen=True)
class WebSocketRoute:
    """The function that a route invokes. responds: its answer is sent to the socket."""

    function: str
    responds: bool


@dataclass(frozen=True)
class WebSocketApi:
    """An AWS::ApiGatewayV2::Api with protocol WEBSOCKET, with its stage and routes."""

    logical_id: str
    stage: str
    selection: str
    routes: dict[str, WebSocketRoute]


@dataclass(frozen=True)
class Behavior:
    """A CloudFront cache behaviour. kind: function, websocket or bucket; target: the logical id behind the origin.

    response_headers: (name, value, whether it takes the place of the origin's own) of its response headers policy.
    """

    pattern: str
    kind: str
    target: str
    methods: tuple[str, ...]
    viewer_request: str | None
    response_headers: tuple[tuple[str, str, bool], ...] = ()


@dataclass(frozen=True)
class Stack:
    """Everything in a template that the runner emulates.

    origins: id of a CloudFront origin -> (kind, logical id) as in Behavior. not_emulated: one line for each thing that
    the runner ignores.
    """

    functions: dict[str, Function]
    queues: dict[str, Queue]
    sources: tuple[Source, ...]
    websocket_api: WebSocketApi | None
    behaviors: tuple[Behavior, ...]
    origins: dict[str, tuple[str, str]]
    not_emulated: tuple[str, ...]

    def waited_for(self) -> set[str]:
        """Return the functions for which latency matters.

        They belong to Function URLs, to event sources with `waited_for`, and to WebSocket routes except $disconnect.
        """
        names = {name for name, function in self.functions.items() if function.url is not None}
        names |= {source.function for source in self.sources if source.waited_for}
        routes = self.websocket_api.routes if self.websocket_api else {}
        return names | {route.function for key, route in routes.items() if key != "$disconnect"}

    def source_of(self, dead_letter_queue: str) -> str | None:
        """Return the queue whose dead letters go there; None when it is not a dead-letter queue."""
        return next(
            (queue.name for queue in self.queues.values() if queue.dead_letter_queue == dead_letter_queue), None
        )
