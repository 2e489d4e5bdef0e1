"""POST /api/v1/events, and POST /api/v1/keyed/{pathKey}/events for clients that cannot set a header."""

from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI, Path, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from classpulse.core.http import Bearer, make_app
from classpulse.core.loopback import is_forwarded, is_loopback
from classpulse.core.problems import ErrorCode, Problem
from classpulse.ingest.batches import MAX_EVENTS
from classpulse.ingest.events import Event
from classpulse.ingest.keys import KEYED_PATH
from classpulse.ingest.service import Ingest, Receipt


class Rejected(BaseModel):
    """Why one event of a batch was rejected."""

    index: int
    eventId: str | None
    error: str
    code: ErrorCode


class Ignored(BaseModel):
    """A field of an accepted event that was ignored, as it is not valid."""

    index: int
    eventId: str | None
    field: str
    warning: str
    code: ErrorCode


class Accepted(BaseModel):
    """The response to a batch that was accepted, completely or in part."""

    message: str
    processed_count: int
    rejected: list[Rejected]
    warnings: list[Ignored]


class Refused(BaseModel):
    """The response to a batch of which no event was accepted."""

    error: str
    code: ErrorCode
    processed_count: int = 0
    rejected: list[Rejected] = []
    warnings: list[Ignored] = []


_REFUSALS = {
    400: "the batch is empty",
    401: "no key where one is required",
    403: "the key is unknown, expired or revoked",
    413: f"more than {MAX_EVENTS} events, or over 1 MiB",
    415: "the Content-Type is not application/json",
    422: "no event is valid and allowed, or the body is not a JSON array",
    429: "too many events from one student, or with one key; see Retry-After",
    503: "the queue or the key lookup is unavailable; see Retry-After",
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": Refused, "description": text} for status, text in _REFUSALS.items()
}
_KEYED_RESPONSES = {status: response for status, response in _RESPONSES.items() if status != 401} | {
    404: {"model": Refused, "description": "the path has no key, or more than a key"}
}
_EVENT = Event.model_json_schema(ref_template="#/components/schemas/{model}")
# The schemas that the schema of Event refers to.
EVENT_PARTS: dict[str, Any] = _EVENT.pop("$defs")
# The service parses the raw body, so FastAPI cannot derive this.
_OPENAPI = {
    # An alternative to the bearer token: none, where ingest is open.
    "security": [{}],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": MAX_EVENTS,
                    "items": _EVENT,
                }
            }
        },
    },
}

CONTENT_TYPE_UNSUPPORTED = Problem(
    ErrorCode.CONTENT_TYPE_UNSUPPORTED, "the body is not declared as JSON: send Content-Type: application/json"
)

router = APIRouter(tags=["ingest"])


@router.post(
    "/api/v1/events",
    status_code=202,
    response_model=Accepted,
    responses=_RESPONSES,
    openapi_extra=_OPENAPI,
    summary="Send a batch of events",
)
async def send_events(request: Request, bearer: Bearer) -> JSONResponse:
    """Accept 1 to 100 events, at most 1 MiB. Bad events are rejected individually; the others are durably queued.

    An optional field that is not valid is ignored, and named in `warnings`; only a bad `classId` costs the event.
    """
    if not is_json(request.headers.get("content-type", "")):
        return _answer(Receipt(415, CONTENT_TYPE_UNSUPPORTED, 0, []))
    ingest: Ingest = request.app.state.ingest
    token = bearer.credentials if bearer else None
    local = is_local(request.headers.get("host", "")) and not is_forwarded(request.headers)
    return _answer(ingest(await request.body(), token, is_local=local))


@router.post(
    KEYED_PATH,
    status_code=202,
    response_model=Accepted,
    responses=_KEYED_RESPONSES,
    openapi_extra=_OPENAPI,
    summary="Send a batch of events with a path key",
)
async def send_keyed_events(
    request: Request,
    path_key: Annotated[str, Path(alias="pathKey", description="a class's path key, cpp_…; it is a secret")],
) -> JSONResponse:
    """The same for clients that cannot set a header: the key in the path replaces `Authorization`, which is ignored."""
    if not is_json(request.headers.get("content-type", "")):
        return _answer(Receipt(415, CONTENT_TYPE_UNSUPPORTED, 0, []))
    ingest: Ingest = request.app.state.ingest
    return _answer(ingest.with_path_key(await request.body(), path_key))


def is_json(content_type: str) -> bool:
    """Return whether a Content-Type is JSON. A form on another site cannot send it; a script needs a CORS preflight."""
    return content_type.partition(";")[0].strip().lower() == "application/json"


def is_local(host: str) -> bool:
    """Return whether a Host header names this machine. After DNS rebinding, a page still sends its own host name."""
    try:
        return is_loopback(urlsplit(f"//{host}").hostname or "")
    except ValueError:
        return False


def make_ingest_app(ingest: Ingest) -> FastAPI:
    """Return the ingest function's app."""
    app = make_app("ClassPulse ingest")
    app.state.ingest = ingest
    app.include_router(router)
    return app


def _answer(receipt: Receipt) -> JSONResponse:
    rejected = [
        {
            "index": rejection.index,
            "eventId": rejection.event_id,
            "error": rejection.problem.error,
            "code": rejection.problem.code,
        }
        for rejection in receipt.rejected
    ]
    warnings = [
        {
            "index": warning.index,
            "eventId": warning.event_id,
            "field": warning.field,
            "warning": warning.problem.error,
            "code": warning.problem.code,
        }
        for warning in receipt.warnings
    ]
    counts = {"processed_count": receipt.processed_count, "rejected": rejected, "warnings": warnings}
    outcome = (
        {"error": receipt.problem.error, "code": receipt.problem.code}
        if receipt.problem
        else {"message": f"{receipt.processed_count} events received and queued"}
    )
    headers = {"Retry-After": str(receipt.retry_after)} if receipt.retry_after else {}
    if receipt.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if receipt.correlation_id:
        headers["X-Correlation-Id"] = receipt.correlation_id
    return JSONResponse(outcome | counts, receipt.status, headers=headers)
