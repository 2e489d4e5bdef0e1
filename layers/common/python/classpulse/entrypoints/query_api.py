"""GET /api/v1/…: what a dashboard, a script or an export reads."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI
from fastapi import Query as Parameter
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException

from classpulse.domain.events import EARLIEST
from classpulse.domain.identity import Principal
from classpulse.domain.progress import of_team
from classpulse.domain.views import Classes, ClassState, Facts, StoredEvent, StudentState
from classpulse.entrypoints import ingest_api
from classpulse.entrypoints.http import Bearer, make_app
from classpulse.entrypoints.identity import PROBLEMS, ClassId, Guest, UserId, caller_of, guest_of
from classpulse.entrypoints.me_api import make_me_router
from classpulse.entrypoints.views_api import (
    UNKNOWN_STUDENT,
    AnyUser,
    Time,
    make_views_router,
)
from classpulse.services.about_me import AboutMe
from classpulse.services.access import Access
from classpulse.services.attention import Attend
from classpulse.services.query import Query

DESCRIPTION = "The live view of a programming class in JupyterLab. Source: docs/wire-contract.md."
WELCOME = {
    "message": "Welcome to ClassPulse",
    "events": "POST /api/v1/events",
    "docs": "/api/v1/docs",
    "openapi": "/api/v1/openapi.json",
}
DOCS_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>ClassPulse API</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/swagger/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/swagger/swagger-ui-bundle.js"></script>
<script src="/swagger/init.js"></script>
</body>
</html>
"""


def make_query_app(query: Query, attend: Attend, access: Access, about_me: AboutMe) -> FastAPI:
    """Return the query function's app; its API document describes the ingest function too."""
    app = make_app("ClassPulse")
    classes, me = _class_routes(query, attend, caller_of(access)), make_me_router(about_me)
    app.include_router(classes)
    app.include_router(me)
    app.include_router(_open_routes(query))

    @app.get("/api/v1/openapi.json", include_in_schema=False)
    def openapi() -> JSONResponse:
        # Late: nothing else here needs it, and a cold start should not wait for it.
        from classpulse.entrypoints.manage_api import described_routes

        described = [*ingest_api.router.routes, *classes.routes, *me.routes, *described_routes()]
        document = get_openapi(title="ClassPulse", version="1", description=DESCRIPTION, routes=described)
        document["components"]["schemas"] |= ingest_api.EVENT_PARTS
        return JSONResponse(document)

    return app


def _open_routes(query: Query) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    # What watches over servers likes to ask for the head alone.
    get_or_head = partial(router.api_route, methods=["GET", "HEAD"])

    @get_or_head("/")
    @get_or_head("/api/v1/")
    @get_or_head("/api/v1")
    def welcome() -> dict[str, str]:
        return WELCOME

    @router.get("/api/v1/docs")
    def docs() -> HTMLResponse:
        return HTMLResponse(DOCS_PAGE)

    @get_or_head("/api/v1/health/live")
    def live() -> dict[str, str]:
        return {"status": "live"}

    @get_or_head("/api/v1/health/ready")
    def ready() -> JSONResponse:
        found = query.check()
        all_ready = all(dependency.ready for dependency in found)
        body = {
            "status": "ready" if all_ready else "not ready",
            "dependencies": {
                dependency.name: {
                    "status": "ready" if dependency.ready else "away",
                    "latencyMs": dependency.latency_ms,
                }
                for dependency in found
            },
        }
        return JSONResponse(body, 200 if all_ready else 503)

    return router


def _class_routes(query: Query, attend: Attend, caller: Callable[[Bearer], Principal]) -> APIRouter:
    guest_of_class = guest_of(caller)
    AnyGuest = Annotated[Guest, Depends(guest_of_class)]  # noqa: N806 - a type
    router = APIRouter(prefix="/api/v1/classes", responses=PROBLEMS, tags=["query"])

    @router.get("", summary="List the classes that one may see")
    def list_classes(principal: Annotated[Principal, Depends(caller)]) -> Classes:
        found = [line for line in query.reader.read_classes() if principal.grant(line.class_id)]
        return Classes.model_validate({"classes": found})

    @router.get("/{classId}/progress", summary="Read a class as it is, or as it was")
    def read_class(
        class_id: ClassId,
        guest: AnyGuest,
        since: Annotated[int | None, Parameter(ge=0, le=2**53, description="what changed after this revision")] = None,
        start: Time = None,
        at: Time = None,
    ) -> ClassState:
        if at is None:
            found = query.reader.read_class(class_id, since)
        else:
            found = query.views.read_class_at(class_id, start or EARLIEST, at)
        students = of_team(found.students, guest.team_name)
        return ClassState(class_id=class_id, revision=found.revision, students=students)

    @router.get("/{classId}/students/{userId}", summary="Read a student, cell by cell", responses=UNKNOWN_STUDENT)
    def read_student(class_id: ClassId, user_id: UserId, guest: AnyGuest) -> StudentState:
        found = query.reader.read_student(class_id, user_id)
        if found is None or guest.team_name not in (None, found[0].team_name):
            raise HTTPException(404)
        student, cells = found
        return StudentState(**dict(student), cells=cells)

    @router.get("/{classId}/events", summary="Read the stored events, page by page", response_model_exclude_unset=True)
    def read_events(
        class_id: ClassId,
        guest: AnyGuest,
        after: Annotated[int, Parameter(ge=0, le=2**53, description="`next` of the page before")] = 0,
        limit: Annotated[int, Parameter(ge=1, le=1000)] = 100,
        user_id: AnyUser = None,
    ) -> Facts:
        page = query.reader.read_facts(class_id, after, limit, [user_id] if user_id else [], guest.team_name)
        return Facts(events=[StoredEvent.model_validate(event) for event in page.events], next=page.next)

    router.include_router(make_views_router(query, attend, guest_of_class))
    return router
