"""The HTTP server: publish each event, and send progress to every socket.

Run: uvicorn benchmarks.baseline.app:app.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel
from redis.asyncio import Redis

EVENTS, PROGRESS = "events", "progress"


class Event(BaseModel):
    """An event of a notebook."""

    model_config = ConfigDict(alias_generator=to_camel, extra="allow")

    event_id: str
    event_type: str
    event_time: datetime
    user_id: str
    class_id: str = "default"
    notebook_path: str
    cell_id: str
    has_error: bool = False


redis = Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
sockets: set[WebSocket] = set()


async def broadcast() -> None:
    """Send the worker's messages to every socket."""
    async with redis.pubsub(ignore_subscribe_messages=True) as channel:
        await channel.subscribe(PROGRESS)
        async for message in channel.listen():
            for socket in list(sockets):
                try:
                    await socket.send_text(message["data"])
                except (RuntimeError, WebSocketDisconnect):
                    sockets.discard(socket)


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """Broadcast until the app stops."""
    task = asyncio.create_task(broadcast())
    yield
    task.cancel()


app = FastAPI(lifespan=lifespan)


@app.post("/api/v1/events", status_code=202)
async def send_events(events: list[Event]) -> dict[str, Any]:
    """Publish each event."""
    for event in events:
        await redis.publish(EVENTS, json.dumps(event.model_dump(mode="json", by_alias=True)))
    return {"message": f"{len(events)} events received", "processed_count": len(events)}


@app.websocket("/ws")
async def follow(socket: WebSocket) -> None:
    """Keep a dashboard's socket until it closes."""
    await socket.accept()
    sockets.add(socket)
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        sockets.discard(socket)
