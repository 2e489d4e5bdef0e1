"""AWS::ApiGatewayV2::Api with protocol WEBSOCKET: its stage, its routes and their functions.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/AWS_ApiGatewayV2.html
"""

import re

from runner.template.attributes import API, FUNCTION, STAGE
from runner.template.model import WebSocketApi, WebSocketRoute
from runner.template.resources import Resources

ROUTE = "AWS::ApiGatewayV2::Route"
ROUTE_RESPONSE = "AWS::ApiGatewayV2::RouteResponse"
INTEGRATION = "AWS::ApiGatewayV2::Integration"
FUNCTION_OF_URI = re.compile(r":function:([A-Za-z0-9]+)(?::\w+)?(?:/invocations)?$")


def read_websocket_api(resources: Resources) -> WebSocketApi | None:
    """Return the WebSocket API, where the template has one."""
    apis = [name for name in resources.of(API) if resources.property(name, "ProtocolType") == "WEBSOCKET"]
    if not apis:
        return None
    if len(apis) > 1:
        raise resources.error("only one WebSocket API is emulated: take the other out", resources.line(apis[1]))
    [api] = apis
    stages = [name for name in resources.of(STAGE) if resources.property(name, "ApiId") == api]
    if not stages:
        raise resources.error(f"{api} has no stage: add an {STAGE}", resources.line(api))
    selection = str(resources.property(api, "RouteSelectionExpression", "$request.body.action"))
    return WebSocketApi(api, str(resources.property(stages[0], "StageName")), selection, _routes(resources, api))


def _routes(resources: Resources, api: str) -> dict[str, WebSocketRoute]:
    responding = {str(resources.property(name, "RouteId")) for name in resources.of(ROUTE_RESPONSE)}
    routes = {}
    for name in resources.of(ROUTE):
        if resources.property(name, "ApiId") == api:
            selects = resources.property(name, "RouteResponseSelectionExpression") is not None
            route = WebSocketRoute(_target(resources, name), name in responding and selects)
            routes[str(resources.property(name, "RouteKey"))] = route
    return routes


def _target(resources: Resources, route: str) -> str:
    """Return the logical id of the function that a route invokes."""
    integration = str(resources.property(route, "Target", "")).rpartition("/")[2]
    if integration not in resources.of(INTEGRATION):
        line = resources.line(route, "Target")
        raise resources.error(f"{route}: Target must be integrations/<integration>", line)
    match = FUNCTION_OF_URI.search(str(resources.property(integration, "IntegrationUri", "")))
    if not match or match[1] not in resources.of(FUNCTION):
        line = resources.line(integration, "IntegrationUri")
        raise resources.error(f"{integration}: IntegrationUri names no function of this template", line)
    return match[1]
