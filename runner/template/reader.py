"""template.yaml -> Stack: functions, queues, event sources, the WebSocket API and CloudFront's routes.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-resources-and-properties.html
"""

import re
from collections.abc import Callable
from collections.abc import Mapping as AbstractMapping
from pathlib import Path
from typing import Any

from runner.errors import TemplateError
from runner.sources.schedule.expressions import parse
from runner.template.attributes import (
    API,
    BUCKET,
    FUNCTION,
    LAYER,
    QUEUE,
    STAGE,
    Attributes,
    bucket_domain,
    function_url_domain,
    queue_arn,
)
from runner.template.intrinsics import Resolver
from runner.template.loader import Mapping, load
from runner.template.model import (
    Behavior,
    Cors,
    EventSource,
    Function,
    FunctionUrl,
    Queue,
    Schedule,
    Stack,
    WebSocketApi,
    WebSocketRoute,
)
from runner.template.support import not_emulated

# The type of a function's event -> the property that holds the expression.
SCHEDULES = {"Schedule": "Schedule", "ScheduleV2": "ScheduleExpression"}
ROUTE = "AWS::ApiGatewayV2::Route"
ROUTE_RESPONSE = "AWS::ApiGatewayV2::RouteResponse"
INTEGRATION = "AWS::ApiGatewayV2::Integration"
DISTRIBUTION = "AWS::CloudFront::Distribution"
HEADERS_POLICY = "AWS::CloudFront::ResponseHeadersPolicy"
# Strict-Transport-Security is left out: it means nothing on plain HTTP.
SECURITY_HEADERS: tuple[tuple[str, str, Callable[[dict[str, Any]], str]], ...] = (
    ("ContentSecurityPolicy", "content-security-policy", lambda found: str(found["ContentSecurityPolicy"])),
    ("ContentTypeOptions", "x-content-type-options", lambda _: "nosniff"),
    ("FrameOptions", "x-frame-options", lambda found: str(found["FrameOption"])),
    ("ReferrerPolicy", "referrer-policy", lambda found: str(found["ReferrerPolicy"])),
)


def read(
    path: Path, parameters: AbstractMapping[str, str], queue_url: Callable[[str], str], websocket_endpoint: str
) -> Stack:
    """Return what the template describes. Raises TemplateError, with the line."""
    template = load(path)
    attributes = Attributes(template["Resources"], queue_url, websocket_endpoint)
    return _Reader(path, template, Resolver(path.name, template, parameters, attributes)).stack()


class _Reader:
    def __init__(self, path: Path, template: Mapping, resolver: Resolver) -> None:
        self._file = path.name
        self._root = path.resolve().parent
        self._template = template
        self._resolver = resolver
        self._resources: Mapping = template["Resources"]
        self._globals: Mapping = template.get("Globals", Mapping()).get("Function", Mapping())

    def stack(self) -> Stack:
        queues = self._queues()
        functions = {name: self._function(name) for name in self._of(FUNCTION)}
        origins = self._origins()
        return Stack(
            functions=functions,
            queues=queues,
            event_sources=tuple(self._event_sources(queues)),
            schedules=tuple(self._schedules()),
            websocket_api=self._websocket_api(),
            behaviors=tuple(self._behaviors(origins)),
            origins=origins,
            not_emulated=tuple(not_emulated(self._template, self._exists)),
        )

    def _of(self, kind: str) -> list[str]:
        found = []
        for name, resource in self._resources.items():
            if not isinstance(resource, Mapping) or "Type" not in resource:
                raise TemplateError(
                    self._file, self._resources.line_of(name), f"{name} has no Type: every resource needs one"
                )
            if resource["Type"] == kind and self._exists(resource):
                found.append(name)
        return found

    def _exists(self, resource: Mapping) -> bool:
        condition = resource.get("Condition")
        return condition is None or self._resolver.condition(condition, resource.line)

    def _line(self, name: str, key: str = "") -> int:
        properties = self._resources[name].get("Properties") or Mapping()
        return properties.line_of(key) if key in properties else self._resources.line_of(name)

    def _properties(self, name: str) -> dict[str, Any]:
        resource = self._resources[name]
        found: dict[str, Any] = self._resolver.value(resource.get("Properties") or Mapping(), resource.line)
        return found

    def _property(self, name: str, key: str, default: Any = None) -> Any:
        """Resolve one property alone: the others may hold what only AWS knows."""
        properties = self._resources[name].get("Properties") or Mapping()
        return self._resolver.value(properties.get(key, default), self._line(name, key))

    def _number(self, name: str, key: str, value: Any, part: str = "") -> int:
        try:
            return int(value)
        except (TypeError, ValueError):
            raise TemplateError(self._file, self._line(name, key), f"{name}: {part or key} must be a number") from None

    def _function(self, name: str) -> Function:
        def setting(key: str, default: Any = None) -> Any:
            own = self._property(name, key)
            return self._resolver.value(self._globals.get(key, default)) if own is None else own

        code = self._root / str(setting("CodeUri", "."))
        handler = str(setting("Handler", ""))
        module = code / (handler.rpartition(".")[0].replace(".", "/") + ".py")
        if not module.is_file():
            where = module.relative_to(self._root) if module.is_relative_to(self._root) else module
            raise TemplateError(
                self._file, self._line(name, "CodeUri"), f"{name}: there is no {where}: check CodeUri and Handler"
            )
        variables = self._resolver.value(self._globals.get("Environment", Mapping())).get("Variables", {})
        variables = variables | (self._property(name, "Environment") or {}).get("Variables", {})
        reserved = setting("ReservedConcurrentExecutions")
        url = self._property(name, "FunctionUrlConfig")
        return Function(
            name=name,
            handler=handler,
            code=code,
            timeout=self._number(name, "Timeout", setting("Timeout", 3)),
            memory=self._number(name, "MemorySize", setting("MemorySize", 128)),
            reserved_concurrency=None
            if reserved is None
            else self._number(name, "ReservedConcurrentExecutions", reserved),
            layers=tuple(self._layers([*self._globals.get("Layers", []), *self._own(name).get("Layers", [])], name)),
            environment={key: str(value) for key, value in variables.items()},
            log_format=str((setting("LoggingConfig") or {}).get("LogFormat", "Text")),
            url=FunctionUrl(function_url_domain(name), _cors(url.get("Cors"))) if url is not None else None,
        )

    def _own(self, name: str) -> Mapping:
        found: Mapping = self._resources[name].get("Properties") or Mapping()
        return found

    def _layers(self, references: list[Any], name: str) -> list[Path]:
        """Return the folders of the layers. One with a BuildMethod stands for what this Python has installed."""
        folders = []
        for reference in references:
            layer = str(self._resolver.value(reference, self._line(name, "Layers")))
            resource = self._resources.get(layer)
            if resource is None or resource["Type"] != LAYER:
                raise TemplateError(
                    self._file, self._line(name, "Layers"), f"{name}: there is no layer {layer} in the template"
                )
            if "BuildMethod" not in resource.get("Metadata", {}):
                folders.append(self._root / str(self._property(layer, "ContentUri")))
        return folders

    def _queues(self) -> dict[str, Queue]:
        queues = {}
        for name in self._of(QUEUE):
            redrive = self._property(name, "RedrivePolicy") or {}
            target = redrive.get("deadLetterTargetArn")
            queue = Queue(
                name=str(self._property(name, "QueueName", name)),
                visibility_timeout=self._number(
                    name, "VisibilityTimeout", self._property(name, "VisibilityTimeout", 30)
                ),
                retention=self._number(
                    name, "MessageRetentionPeriod", self._property(name, "MessageRetentionPeriod", 345600)
                ),
                dead_letter_queue=str(target).rsplit(":", 1)[-1] if target else None,
                max_receive_count=self._number(name, "RedrivePolicy", redrive.get("maxReceiveCount"), "maxReceiveCount")
                if target
                else None,
            )
            queues[queue.name] = queue
        for name in self._of(QUEUE):
            queue = queues[str(self._property(name, "QueueName", name))]
            if queue.dead_letter_queue and queue.dead_letter_queue not in queues:
                raise TemplateError(
                    self._file,
                    self._line(name, "RedrivePolicy"),
                    f"{name}: its dead-letter queue is not in the template",
                )
        return queues

    def _event_sources(self, queues: dict[str, Queue]) -> list[EventSource]:
        by_arn = {queue_arn(queue.name): queue for queue in queues.values()}
        sources = []
        for name in self._of(FUNCTION):
            events = self._own(name).get("Events", Mapping())
            for key, event in events.items():
                if event.get("Type") != "SQS":
                    continue
                properties = self._resolver.value(event.get("Properties", Mapping()), events.line_of(key))
                if properties.get("Queue") not in by_arn:
                    raise TemplateError(
                        self._file, events.line_of(key), f"{name}: Queue must be !GetAtt <queue>.Arn of this template"
                    )
                if properties.get("Enabled", True) in (False, "false"):
                    continue
                concurrency = properties.get("ScalingConfig", {}).get("MaximumConcurrency")
                sources.append(
                    EventSource(
                        function=name,
                        queue=by_arn[properties["Queue"]],
                        batch_size=int(properties.get("BatchSize", 10)),
                        batching_window=float(properties.get("MaximumBatchingWindowInSeconds", 0)),
                        reports_item_failures="ReportBatchItemFailures" in properties.get("FunctionResponseTypes", []),
                        maximum_concurrency=int(concurrency) if concurrency is not None else None,
                    )
                )
        return sources

    def _schedules(self) -> list[Schedule]:
        schedules = []
        for name in self._of(FUNCTION):
            events = self._own(name).get("Events", Mapping())
            for key, event in events.items():
                if event.get("Type") not in SCHEDULES:
                    continue
                line = events.line_of(key)
                properties = self._resolver.value(event.get("Properties", Mapping()), line)
                if properties.get("Enabled", True) in {False, "false"} or properties.get("State") == "DISABLED":
                    continue
                expression = str(properties.get(SCHEDULES[event["Type"]], ""))
                try:
                    parse(expression)
                except ValueError as error:
                    raise TemplateError(self._file, line, f"{name}: {error}") from None
                schedules.append(Schedule(f"{name}{key}", name, expression, properties.get("Input")))
        return schedules

    def _websocket_api(self) -> WebSocketApi | None:
        apis = [name for name in self._of(API) if self._property(name, "ProtocolType") == "WEBSOCKET"]
        if not apis:
            return None
        if len(apis) > 1:
            raise TemplateError(
                self._file, self._line(apis[1]), "only one WebSocket API is emulated: take the other out"
            )
        [api] = apis
        stages = [name for name in self._of(STAGE) if self._property(name, "ApiId") == api]
        if not stages:
            raise TemplateError(self._file, self._line(api), f"{api} has no stage: add an {STAGE}")
        responding = {str(self._property(name, "RouteId")) for name in self._of(ROUTE_RESPONSE)}
        routes = {}
        for name in self._of(ROUTE):
            if self._property(name, "ApiId") == api:
                answers = name in responding and self._property(name, "RouteResponseSelectionExpression") is not None
                routes[str(self._property(name, "RouteKey"))] = WebSocketRoute(self._target(name), answers)
        selection = str(self._property(api, "RouteSelectionExpression", "$request.body.action"))
        return WebSocketApi(api, str(self._property(stages[0], "StageName")), selection, routes)

    def _target(self, route: str) -> str:
        integration = str(self._property(route, "Target", "")).rpartition("/")[2]
        if integration not in self._of(INTEGRATION):
            raise TemplateError(
                self._file, self._line(route, "Target"), f"{route}: Target must be integrations/<integration>"
            )
        uri = str(self._property(integration, "IntegrationUri", ""))
        match = re.search(r":function:([A-Za-z0-9]+)(?::\w+)?(?:/invocations)?$", uri)
        if not match or match[1] not in self._of(FUNCTION):
            raise TemplateError(
                self._file,
                self._line(integration, "IntegrationUri"),
                f"{integration}: IntegrationUri names no function of this template",
            )
        return match[1]

    def _origins(self) -> dict[str, tuple[str, str]]:
        """Return CloudFront's origins by id: what stands behind their host names."""
        hosts = {function_url_domain(name): ("function", name) for name in self._of(FUNCTION)}
        hosts |= {bucket_domain(name): ("bucket", name) for name in self._of(BUCKET)}
        for name in self._of(API):
            endpoint = str(self._resolver.value(Mapping({"Fn::GetAtt": [name, "ApiEndpoint"]})))
            hosts[endpoint.partition("//")[2]] = ("websocket", name)
        origins = {}
        for name in self._of(DISTRIBUTION):
            for origin in self._distribution(name).get("Origins", []):
                domain = str(self._resolver.value(origin["DomainName"], origin.line))
                if domain not in hosts:
                    raise TemplateError(
                        self._file,
                        origin.line,
                        f"origin {origin['Id']}: {domain} is no function URL, bucket or WebSocket API of this template",
                    )
                origins[str(origin["Id"])] = hosts[domain]
        return origins

    def _response_headers(self, behavior: Mapping) -> tuple[tuple[str, str, bool], ...]:
        reference = behavior.get("ResponseHeadersPolicyId")
        if reference is None:
            return ()
        policy = str(self._resolver.value(reference, behavior.line_of("ResponseHeadersPolicyId")))
        if policy not in self._of(HEADERS_POLICY):
            # One of AWS's own, by its id: support.py names it.
            return ()
        config = self._property(policy, "ResponseHeadersPolicyConfig")
        return security_headers(config.get("SecurityHeadersConfig", {}))

    def _distribution(self, name: str) -> Mapping:
        found: Mapping = self._own(name).get("DistributionConfig", Mapping())
        return found

    def _behaviors(self, origins: dict[str, tuple[str, str]]) -> list[Behavior]:
        """Return the cache behaviours in order, the default one last."""
        behaviors = []
        for name in self._of(DISTRIBUTION):
            config = self._distribution(name)
            for behavior in [*config.get("CacheBehaviors", []), config["DefaultCacheBehavior"]]:
                if behavior["TargetOriginId"] not in origins:
                    raise TemplateError(
                        self._file, behavior.line, f"there is no origin {behavior['TargetOriginId']} in {name}"
                    )
                kind, target = origins[behavior["TargetOriginId"]]
                functions = [
                    str(item["FunctionARN"]["Fn::GetAtt"][0])
                    for item in behavior.get("FunctionAssociations", [])
                    if item["EventType"] == "viewer-request"
                ]
                behaviors.append(
                    Behavior(
                        pattern=str(behavior.get("PathPattern", "*")),
                        kind=kind,
                        target=target,
                        methods=tuple(behavior.get("AllowedMethods", ["GET", "HEAD"])),
                        viewer_request=functions[0] if functions else None,
                        response_headers=self._response_headers(behavior),
                    )
                )
        return behaviors


def security_headers(config: dict[str, Any]) -> tuple[tuple[str, str, bool], ...]:
    """Return the headers of a response headers policy: (name, value, whether they override the origin's)."""
    found = []
    for name, header, value_of in SECURITY_HEADERS:
        if (setting := config.get(name)) is not None:
            found.append((header, value_of(setting), bool(setting.get("Override", False))))
    return tuple(found)


def _cors(properties: dict[str, Any] | None) -> Cors | None:
    if properties is None:
        return None
    return Cors(
        allow_origins=tuple(properties.get("AllowOrigins", [])),
        allow_methods=tuple(properties.get("AllowMethods", [])),
        allow_headers=tuple(name.lower() for name in properties.get("AllowHeaders", [])),
        expose_headers=tuple(properties.get("ExposeHeaders", [])),
        allow_credentials=bool(properties.get("AllowCredentials", False)),
        max_age=int(properties.get("MaxAge", 0)),
    )
