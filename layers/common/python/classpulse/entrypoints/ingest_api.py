"""POST /api/v1/events."""

import hmac
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from classpulse.config import IngestSettings
from classpulse.domain.batches import MAX_EVENTS
from classpulse.domain.events import Event
from classpulse.entrypoints.http import Bearer, make_app
from classpulse.services.ingest import Ingest, Receipt


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
    401: "no ingest key",
    403: "a wrong ingest key",
    413: f"more than {MAX_EVENTS} events, or over 1 MiB",
    422: "not one event is valid, or the body is no JSON array",
    429: "too many events from one student; see Retry-After",
    503: "the queue is away; see Retry-After",
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": Refused, "description": text} for status, text in _REFUSALS.items()
}
# The body is read raw and parsed once, by the service; this only describes it.
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": MAX_EVENTS,
                    "items": Event.model_json_schema(ref_template="#/components/schemas/{model}"),
                }
            }
        },
    }
}


router = APIRouter(tags=["ingest"])


def check_key(request: Request, bearer: Bearer) -> None:
    """Refuse who shows no ingest key or a wrong one; an open ingest asks for none."""
    settings: IngestSettings = request.app.state.settings
    if bearer is None and not settings.open:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    if bearer and not hmac.compare_digest(bearer.credentials.encode(), settings.key.encode()):
        raise HTTPException(403)


@router.post(
    "/api/v1/events",
    status_code=202,
    response_model=Accepted,
    responses=_RESPONSES,
    openapi_extra=_BODY,
    dependencies=[Depends(check_key)],
    summary="Send a batch of events",
)
async def send_events(request: Request) -> JSONResponse:
    """Take 1 to 100 events, at most 1 MiB. A bad one is rejected alone; the others are durably queued."""
    ingest: Ingest = request.app.state.ingest
    return _answer(ingest(await request.body()))


def make_ingest_app(ingest: Ingest, settings: IngestSettings) -> FastAPI:
    """Return the ingest function's app."""
    app = make_app("ClassPulse ingest")
    app.state.ingest, app.state.settings = ingest, settings
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
    headers = {"Retry-After": str(receipt.retry_after)} if receipt.retry_after else None
    return JSONResponse(said | counted, receipt.status, headers=headers)
