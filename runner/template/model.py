"""What the runner needs to know of a template's resources. All durations are in seconds, sizes in MB."""

from dataclasses import dataclass
from pathlib import Path


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
    """A function's address. domain: the host that the template's own expressions see."""

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
        return f"arn:aws:lambda:us-east-1:000000000000:function:{self.name}"


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
        return f"arn:aws:sqs:us-east-1:000000000000:{self.name}"


@dataclass(frozen=True)
class EventSource:
    """A function's SQS event: which queue feeds it and how."""

    function: str
    queue: Queue
    batch_size: int
    batching_window: float
    reports_item_failures: bool
    maximum_concurrency: int | None


@dataclass(frozen=True)
class Schedule:
    """A function's Schedule event. input: the JSON that it gets; None is EventBridge's own event."""

    name: str
    function: str
    expression: str
    input: str | None


@dataclass(frozen=True)
class WebSocketRoute:
    """Which function a route key invokes. responds: what it returns goes back to the socket."""

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
    """Everything in a template that the runner emulates, and what it does not.

    origins: id of a CloudFront origin -> (kind, logical id) as in Behavior. not_emulated: one line each, for a person.
    """

    functions: dict[str, Function]
    queues: dict[str, Queue]
    event_sources: tuple[EventSource, ...]
    schedules: tuple[Schedule, ...]
    websocket_api: WebSocketApi | None
    behaviors: tuple[Behavior, ...]
    origins: dict[str, tuple[str, str]]
    not_emulated: tuple[str, ...]

    def waited_for(self) -> set[str]:
        """Return the functions that a request, a message of a queue or a socket invokes.

        Nobody waits for messages that a batching window gathers, nor at a socket that is closed.
        """
        found = {name for name, function in self.functions.items() if function.url is not None}
        found |= {source.function for source in self.event_sources if not source.batching_window}
        routes = self.websocket_api.routes if self.websocket_api else {}
        return found | {route.function for key, route in routes.items() if key != "$disconnect"}

    def source_of(self, dead_letter_queue: str) -> str | None:
        """Return the queue whose dead letters go there; None when it is no dead-letter queue."""
        return next(
            (queue.name for queue in self.queues.values() if queue.dead_letter_queue == dead_letter_queue), None
        )
