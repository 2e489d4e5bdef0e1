"""POST /api/v1/events."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from classpulse.core.http import Bearer, make_app
from classpulse.ingest.batches import MAX_EVENTS
from classpulse.ingest.events import Event
from classpulse.ingest.service import Ingest, Receipt


class Rejected(BaseModel):
    """Why one event of a batch was not taken."""

    index: int
    eventId: str | None
    error: str


class Accepted(BaseModel):
    """The answer to a batch that was taken, in whole or in part."""

    message: str
    processed_count: int
    rejected: list[Rejected]


class Refused(BaseModel):
    """The answer to a batch of which nothing was taken."""

    error: str
    processed_count: int = 0
    rejected: list[Rejected] = []


_REFUSALS = {
    400: "the batch is empty",
    401: "no key where one is needed",
    403: "a key that opens nothing: unknown, expired or revoked",
    413: f"more than {MAX_EVENTS} events, or over 1 MiB",
    415: "the Content-Type is not application/json",
    422: "not one event is valid and allowed, or the body is no JSON array",
    429: "too many events from one student, or with one key; see Retry-After",
    503: "the queue, or where the keys are kept, is away; see Retry-After",
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": Refused, "description": text} for status, text in _REFUSALS.items()
}
_EVENT = Event.model_json_schema(ref_template="#/components/schemas/{model}")
# What the description of an event refers to.
EVENT_PARTS: dict[str, Any] = _EVENT.pop("$defs")
# The body is read raw and parsed once, by the service; this only describes it.
_DESCRIBED = {
    # Nothing, besides the bearer: where ingest is open.
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


router = APIRouter(tags=["ingest"])


@router.post(
    "/api/v1/events",
    status_code=202,
    response_model=Accepted,
    responses=_RESPONSES,
    openapi_extra=_DESCRIBED,
    summary="Send a batch of events",
)
async def send_events(request: Request, bearer: Bearer) -> JSONResponse:
    """Take 1 to 100 events, at most 1 MiB. A bad one is rejected alone; the others are durably queued."""
    if not is_json(request.headers.get("content-type", "")):
        return _answer(Receipt(415, "this is no JSON: send Content-Type: application/json", 0, []))
    ingest: Ingest = request.app.state.ingest
    shown = bearer.credentials if bearer else None
    return _answer(ingest(await request.body(), shown, is_local=is_local(request.headers.get("host", ""))))


def is_json(content_type: str) -> bool:
    """Return whether a Content-Type says JSON: no form of another site can, without asking us by CORS first."""
    return content_type.partition(";")[0].strip().lower() == "application/json"


def is_local(host: str) -> bool:
    """Return whether a Host header names this machine; a page that rebinds its own name to 127.0.0.1 still says it."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or name.endswith(".localhost") or ip_address(name).is_loopback
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
        {"index": rejection.index, "eventId": rejection.event_id, "error": rejection.error}
        for rejection in receipt.rejected
    ]
    counted = {"processed_count": receipt.processed_count, "rejected": rejected}
    said = (
        {"error": receipt.error}
        if receipt.error
        else {"message": f"{receipt.processed_count} events received and queued"}
    )
    headers = {"Retry-After": str(receipt.retry_after)} if receipt.retry_after else {}
    if receipt.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if receipt.correlation_id:
        headers["X-Correlation-Id"] = receipt.correlation_id
    return JSONResponse(said | counted, receipt.status, headers=headers)
