"""GET /api/v1/…: what a dashboard, a script or an export reads."""

import hmac
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Path
from fastapi import Query as Parameter
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel
from starlette.exceptions import HTTPException

from classpulse.domain.progress import CellProgress, StudentProgress
from classpulse.domain.series import Minute
from classpulse.entrypoints import ingest_api
from classpulse.entrypoints.http import Bearer, make_app
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
<link rel="stylesheet" href="/swagger/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/swagger/swagger-ui-bundle.js"></script>
<script src="/swagger/init.js"></script>
</body>
</html>
"""


class _Answer(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, from_attributes=True)


class ClassLine(_Answer):
    """One class of the list."""

    class_id: str
    revision: int
    students: int
    events: int


class Classes(_Answer):
    """All classes by name."""

    classes: list[ClassLine]


class ClassState(_Answer):
    """A class at one revision."""

    class_id: str
    revision: int
    students: list[StudentProgress]


class StudentState(StudentProgress):
    """A student with the cells that were started or run."""

    cells: list[CellProgress]


class Facts(_Answer):
    """A page of stored events, in storing order."""

    events: list[dict[str, Any]]
    next: int | None


class Activity(_Answer):
    """A class, minute by minute, oldest first."""

    class_id: str
    minutes: list[Minute]


class Problem(_Answer):
    """Why there is no other answer; fixed text."""

    error: str


ClassId = Annotated[str, Path(alias="classId", min_length=1, max_length=128)]
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "no instructor token"},
    403: {"model": Problem, "description": "a wrong instructor token"},
    422: {"model": Problem, "description": "a parameter is not valid"},
    503: {"model": Problem, "description": "a store is away; see Retry-After"},
}


def make_query_app(query: Query, instructor_token: str) -> FastAPI:
    """Return the query function's app; its API document describes the ingest function too."""
    app = make_app("ClassPulse")
    classes = _class_routes(query, instructor_token)
    app.include_router(classes)
    app.include_router(_open_routes(query))

    @app.get("/api/v1/openapi.json", include_in_schema=False)
    def openapi() -> JSONResponse:
        described = [*ingest_api.router.routes, *classes.routes]
        return JSONResponse(get_openapi(title="ClassPulse", version="1", description=DESCRIPTION, routes=described))

    return app


def _open_routes(query: Query) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    @router.get("/api/v1/")
    @router.get("/api/v1")
    def welcome() -> dict[str, str]:
        return WELCOME

    @router.get("/api/v1/docs")
    def docs() -> HTMLResponse:
        return HTMLResponse(DOCS_PAGE)

    @router.get("/api/v1/health/live")
    def live() -> dict[str, str]:
        return {"status": "live"}

    @router.get("/api/v1/health/ready")
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


def _class_routes(query: Query, instructor_token: str) -> APIRouter:
    def check_token(bearer: Bearer) -> None:
        if bearer is None:
            raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
        if not hmac.compare_digest(bearer.credentials.encode(), instructor_token.encode()):
            raise HTTPException(403)

    router = APIRouter(
        prefix="/api/v1/classes", dependencies=[Depends(check_token)], responses=_PROBLEMS, tags=["query"]
    )

    @router.get("", summary="List the classes")
    def list_classes() -> Classes:
        return Classes.model_validate({"classes": query.reader.read_classes()})

    @router.get("/{classId}/progress", summary="Read a class")
    def read_class(class_id: ClassId, since: Annotated[int | None, Parameter(ge=0, le=2**53)] = None) -> ClassState:
        return ClassState.model_validate(query.reader.read_class(class_id, since))

    @router.get(
        "/{classId}/students/{userId}",
        summary="Read a student, cell by cell",
        responses={404: {"model": Problem, "description": "nothing of this student in this class"}},
    )
    def read_student(
        class_id: ClassId, user_id: Annotated[str, Path(alias="userId", min_length=1, max_length=256)]
    ) -> StudentState:
        found = query.reader.read_student(class_id, user_id)
        if found is None:
            raise HTTPException(404)
        student, cells = found
        return StudentState(**dict(student), cells=cells)

    @router.get("/{classId}/events", summary="Read the stored events, page by page")
    def read_events(
        class_id: ClassId,
        after: Annotated[int, Parameter(ge=0, le=2**53, description="`next` of the page before")] = 0,
        limit: Annotated[int, Parameter(ge=1, le=1000)] = 100,
        user_id: Annotated[str | None, Parameter(alias="userId", max_length=256)] = None,
    ) -> Facts:
        return Facts.model_validate(query.reader.read_facts(class_id, after, limit, user_id))

    @router.get("/{classId}/activity", summary="Read the last minutes of a class")
    def read_activity(class_id: ClassId, minutes: Annotated[int, Parameter(ge=1, le=24 * 60)] = 60) -> Activity:
        return Activity(class_id=class_id, minutes=query.activity(class_id, minutes))

    return router
