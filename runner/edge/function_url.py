"""A Function URL: HTTP requests to payload format 2.0 events, and answers back to HTTP.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

import base64
import binascii
import json
import re
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from runner.addresses import is_forwarded
from runner.edge.cors import cors_headers, is_preflight
from runner.functions.outcome import MAX_PAYLOAD, Outcome, Throttled
from runner.http_server import Receive, Scope, Send, body_of, respond
from runner.template.model import FunctionUrl

Invoke = Callable[[bytes], Awaitable[Outcome]]
Headers = list[tuple[bytes, bytes]]

# The server sets these headers.
OF_THE_CONNECTION = {"connection", "content-length", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")
# Latin-1 without control characters: a line break would start another header.
HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
TEXT_TYPES = ("text/", "application/json", "application/javascript", "application/xml")
JSON = (b"content-type", b"application/json")
THROTTLED = b'{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}'
TOO_LARGE = b'{"Message":"Request must be smaller than %d bytes for the InvokeFunction operation"}' % MAX_PAYLOAD


class FunctionUrlApp:
    """An ASGI app that invokes one function for each request."""

    def __init__(self, url: FunctionUrl, invoke: Invoke) -> None:
        self._url = url
        self._invoke = invoke

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers: Headers = scope["headers"]
        if self._url.cors is not None and is_preflight(scope["method"], headers):
            await respond(send, 200, b"", cors_headers(self._url.cors, headers, preflight=True))
            return
        allowed = cors_headers(self._url.cors, headers) if self._url.cors else []
        try:
            body = await body_of(receive, MAX_PAYLOAD)
        except ConnectionResetError:
            return
        status, answer_headers, answer = await self._answer(scope, body)
        await respond(send, status, b"" if scope["method"] == "HEAD" else answer, _merged(answer_headers, allowed))

    async def _answer(self, scope: Scope, body: bytes | None) -> tuple[int, Headers, bytes]:
        if body is None:
            return 413, [JSON], TOO_LARGE
        event = json.dumps(request_event(scope, body, self._url.domain), ensure_ascii=False).encode()
        if len(event) > MAX_PAYLOAD:
            return 413, [JSON], TOO_LARGE
        try:
            outcome = await self._invoke(event)
        except Throttled:
            return 429, [JSON, (b"retry-after", b"1")], THROTTLED
        if outcome.failed:
            # The text that AWS answers; the cause is in the function's log.
            return 502, [JSON], b"Internal Server Error"
        try:
            return http_response(outcome.payload)
        except ValueError:
            return 502, [JSON], b"Internal Server Error"


def request_event(scope: Scope, body: bytes, domain: str) -> dict[str, Any]:
    """Return the event that the function gets."""
    headers: dict[str, str] = {}
    cookies: list[str] = []
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name == "cookie":
            cookies += [cookie.strip() for cookie in value.split(";") if cookie.strip()]
        else:
            headers[name] = f"{headers[name]},{value}" if name in headers else value
    client = scope["client"][0] if scope.get("client") else "127.0.0.1"
    if is_forwarded(headers):
        # A list tells the function that this client only passes the request on.
        headers["x-forwarded-for"] = f"{headers.get('x-forwarded-for', 'unknown')},{client}"
    headers.setdefault("x-forwarded-for", client)
    headers.setdefault("x-forwarded-proto", scope["scheme"])
    now = time.time()
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": scope["raw_path"].decode("latin-1"),
        "rawQueryString": scope["query_string"].decode("latin-1"),
        "headers": headers,
        "requestContext": {
            "accountId": "anonymous",
            "apiId": domain.partition(".")[0],
            "domainName": domain,
            "domainPrefix": domain.partition(".")[0],
            "http": {
                "method": scope["method"],
                "path": scope["raw_path"].decode("latin-1"),
                "protocol": f"HTTP/{scope['http_version']}",
                "sourceIp": client,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": str(uuid.uuid4()),
            "routeKey": "$default",
            "stage": "$default",
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "timeEpoch": int(now * 1000),
        },
        "isBase64Encoded": False,
    }
    if cookies:
        event["cookies"] = cookies
    if parameters := _query_parameters(event["rawQueryString"]):
        event["queryStringParameters"] = parameters
    if body:
        event["body"], event["isBase64Encoded"] = _encoded(body, headers)
    return event


def _query_parameters(query: str) -> dict[str, str]:
    """Return the parameters; values of a repeated parameter are joined by commas."""
    parameters: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        parameters[name] = f"{parameters[name]},{value}" if name in parameters else value
    return parameters


def _encoded(body: bytes, headers: dict[str, str]) -> tuple[str, bool]:
    """Return the body for the event: text unchanged, anything else in base64."""
    plain = headers.get("content-encoding", "identity") == "identity"
    if plain and headers.get("content-type", "").lower().startswith(TEXT_TYPES):
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(body).decode(), True


def http_response(payload: bytes) -> tuple[int, Headers, bytes]:
    """Return status, headers and body of the function's answer. Raises ValueError: it is not a valid response."""
    answer = json.loads(payload)
    if not isinstance(answer, dict) or "statusCode" not in answer:
        # In format 2.0 any other value is the body of a 200.
        return 200, [JSON], answer.encode() if isinstance(answer, str) else payload
    status = answer["statusCode"]
    if not isinstance(status, int) or not 200 <= status <= 599:
        raise ValueError("statusCode is not a final HTTP status")
    headers = _answer_headers(answer.get("headers") or {}, answer.get("cookies") or [])
    body = answer.get("body") or ""
    if not isinstance(body, str):
        return status, headers, json.dumps(body).encode()
    if answer.get("isBase64Encoded"):
        try:
            return status, headers, base64.b64decode(body, validate=True)
        except binascii.Error as error:
            raise ValueError("body is not base64") from error
    return status, headers, body.encode()


def _answer_headers(given: object, cookies: object) -> Headers:
    if not isinstance(given, dict) or not isinstance(cookies, list):
        raise ValueError("headers is not an object, or cookies is not a list")  # noqa: TRY004 - malformed JSON, as the rest
    pairs = [(str(name).lower(), str(value)) for name, value in given.items()]
    pairs += [("set-cookie", str(cookie)) for cookie in cookies]
    if not any(name == "content-type" for name, _ in pairs):
        pairs.append(("content-type", "application/json"))
    for name, value in pairs:
        if not HEADER_NAME.fullmatch(name) or not HEADER_VALUE.fullmatch(value):
            raise ValueError(f"{name!r} is not a valid header")
    return [(name.encode(), value.encode("latin-1")) for name, value in pairs if name not in OF_THE_CONNECTION]


def _merged(headers: Headers, cors: Headers) -> Headers:
    """Replace the function's CORS headers by those of the Function URL."""
    names = {name for name, _ in cors}
    return [header for header in headers if header[0] not in names] + cors
