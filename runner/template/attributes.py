"""The values of Ref and GetAtt for resources on this machine."""

from collections.abc import Callable
from typing import Any

from runner.template.intrinsics import ACCOUNT, REGION
from runner.template.loader import Mapping

FUNCTION = "AWS::Serverless::Function"
QUEUE = "AWS::SQS::Queue"
LAYER = "AWS::Serverless::LayerVersion"
API = "AWS::ApiGatewayV2::Api"
STAGE = "AWS::ApiGatewayV2::Stage"
BUCKET = "AWS::S3::Bucket"


class Attributes:
    """Looks resources up by logical id.

    queue_url: name -> the URL that functions send to. websocket_endpoint: ws://host:port of the WebSocket APIs.
    """

    def __init__(self, resources: Mapping, queue_url: Callable[[str], str], websocket_endpoint: str) -> None:
        self._resources = resources
        self._queue_url = queue_url
        self._websocket_endpoint = websocket_endpoint

    def __call__(self, logical_id: str, attribute: str | None) -> Any:
        """Return the resource's Ref (attribute None) or attribute. Raises KeyError: no such resource."""
        if logical_id not in self._resources and logical_id.endswith("Url"):
            # SAM creates the resource <function>Url from FunctionUrlConfig.
            function = logical_id.removesuffix("Url")
            if "FunctionUrlConfig" in self._resources[function].get("Properties", {}):
                return {"FunctionUrl": f"https://{function_url_domain(function)}/"}.get(attribute or "", logical_id)
        resource = self._resources[logical_id]
        known = self._known(logical_id, resource.get("Type"), resource.get("Properties") or {})
        if attribute in known:
            return known[attribute]
        return f"{logical_id}.{attribute}" if attribute else logical_id

    def _known(self, logical_id: str, kind: str, properties: dict[str, Any]) -> dict[str | None, str]:
        if kind == QUEUE:
            name = str(properties.get("QueueName", logical_id))
            return {
                None: self._queue_url(name),
                "QueueUrl": self._queue_url(name),
                "QueueName": name,
                "Arn": queue_arn(name),
            }
        if kind == FUNCTION:
            return {"Arn": function_arn(logical_id)}
        if kind == API:
            return {"ApiEndpoint": self._websocket_endpoint, "ApiId": logical_id}
        if kind == STAGE:
            return {None: str(properties.get("StageName", "$default"))}
        if kind == BUCKET:
            return {"RegionalDomainName": bucket_domain(logical_id), "Arn": f"arn:aws:s3:::{logical_id.lower()}"}
        return {}


def function_url_domain(logical_id: str) -> str:
    """Return the host of a function's URL."""
    return f"{logical_id.lower()}.lambda-url.{REGION}.on.aws"


def bucket_domain(logical_id: str) -> str:
    """Return the host of a bucket."""
    return f"{logical_id.lower()}.s3.{REGION}.amazonaws.com"


def function_arn(logical_id: str) -> str:
    """Return a function's ARN."""
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{logical_id}"


def queue_arn(name: str) -> str:
    """Return a queue's ARN."""
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
