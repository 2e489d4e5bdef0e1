"""AWS::CloudFront::Distribution: origins, cache behaviours and response headers policies.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-cloudfront-distribution-distributionconfig.html
"""

from collections.abc import Callable, Iterator
from typing import Any

from runner.template.attributes import API, BUCKET, FUNCTION, bucket_domain, function_url_domain
from runner.template.loader import Mapping
from runner.template.model import Behavior
from runner.template.resources import Resources

DISTRIBUTION = "AWS::CloudFront::Distribution"
HEADERS_POLICY = "AWS::CloudFront::ResponseHeadersPolicy"
# Strict-Transport-Security is left out: it means nothing on plain HTTP.
SECURITY_HEADERS: tuple[tuple[str, str, Callable[[dict[str, Any]], str]], ...] = (
    ("ContentSecurityPolicy", "content-security-policy", lambda setting: str(setting["ContentSecurityPolicy"])),
    ("ContentTypeOptions", "x-content-type-options", lambda _: "nosniff"),
    ("FrameOptions", "x-frame-options", lambda setting: str(setting["FrameOption"])),
    ("ReferrerPolicy", "referrer-policy", lambda setting: str(setting["ReferrerPolicy"])),
)

# Kind (function, bucket or websocket) and logical id.
Origin = tuple[str, str]


def read_origins(resources: Resources) -> dict[str, Origin]:
    """Return CloudFront's origins by id, resolved by their host names."""
    hosts: dict[str, Origin] = {function_url_domain(name): ("function", name) for name in resources.of(FUNCTION)}
    hosts |= {bucket_domain(name): ("bucket", name) for name in resources.of(BUCKET)}
    for name in resources.of(API):
        endpoint = str(resources.value(Mapping({"Fn::GetAtt": [name, "ApiEndpoint"]})))
        hosts[endpoint.partition("//")[2]] = ("websocket", name)
    origins = {}
    for _, config in _distributions(resources):
        for origin in config.get("Origins", []):
            domain = str(resources.value(origin["DomainName"], origin.line))
            if domain not in hosts:
                raise resources.error(
                    f"origin {origin['Id']}: {domain} is no function URL, bucket or WebSocket API of this template",
                    origin.line,
                )
            origins[str(origin["Id"])] = hosts[domain]
    return origins


def read_behaviors(resources: Resources, origins: dict[str, Origin]) -> list[Behavior]:
    """Return the cache behaviours in order, the default one last."""
    behaviors = []
    for name, config in _distributions(resources):
        for behavior in [*config.get("CacheBehaviors", []), config["DefaultCacheBehavior"]]:
            if behavior["TargetOriginId"] not in origins:
                raise resources.error(f"there is no origin {behavior['TargetOriginId']} in {name}", behavior.line)
            behaviors.append(_behavior(resources, behavior, origins[behavior["TargetOriginId"]]))
    return behaviors


def _distributions(resources: Resources) -> Iterator[tuple[str, Mapping]]:
    for name in resources.of(DISTRIBUTION):
        yield name, resources.raw(name).get("DistributionConfig", Mapping())


def _behavior(resources: Resources, behavior: Mapping, origin: Origin) -> Behavior:
    kind, target = origin
    functions = [
        str(item["FunctionARN"]["Fn::GetAtt"][0])
        for item in behavior.get("FunctionAssociations", [])
        if item["EventType"] == "viewer-request"
    ]
    return Behavior(
        pattern=str(behavior.get("PathPattern", "*")),
        kind=kind,
        target=target,
        methods=tuple(behavior.get("AllowedMethods", ["GET", "HEAD"])),
        viewer_request=functions[0] if functions else None,
        response_headers=_response_headers(resources, behavior),
    )


def _response_headers(resources: Resources, behavior: Mapping) -> tuple[tuple[str, str, bool], ...]:
    reference = behavior.get("ResponseHeadersPolicyId")
    if reference is None:
        return ()
    policy = str(resources.value(reference, behavior.line_of("ResponseHeadersPolicyId")))
    if policy not in resources.of(HEADERS_POLICY):
        # The id of a managed policy of AWS.
        return ()
    config = resources.property(policy, "ResponseHeadersPolicyConfig")
    return security_headers(config.get("SecurityHeadersConfig", {}))


def security_headers(config: dict[str, Any]) -> tuple[tuple[str, str, bool], ...]:
    """Return the headers of a response headers policy: (name, value, whether they override the origin's)."""
    headers = []
    for name, header, value_of in SECURITY_HEADERS:
        if (setting := config.get(name)) is not None:
            headers.append((header, value_of(setting), bool(setting.get("Override", False))))
    return tuple(headers)
