"""The query function's app: reads for dashboards, scripts and students, the API document and the health checks."""

from functools import partial

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse, JSONResponse

from classpulse.apps.auditing import Auditing
from classpulse.core.health import Health
from classpulse.core.http import LimitedBodies, make_app
from classpulse.identity.access import Access
from classpulse.identity.callers import caller_of
from classpulse.progress.attend import Attend
from classpulse.records.api import make_me_router
from classpulse.records.audit import AuditLog
from classpulse.records.withdraw import Withdraw
from classpulse.views.api import make_views_router
from classpulse.views.service import Query

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


def make_query_app(
    query: Query, attend: Attend, access: Access, withdraw: Withdraw, *, health: Health, log: AuditLog
) -> FastAPI:
    """Return the query function's app; its API document describes the other functions too."""
    app = make_app("ClassPulse")
    app.include_router(make_views_router(query, attend, caller_of(access)))
    app.include_router(make_me_router(withdraw.about_me, withdraw))
    app.include_router(_open_routes(health))
    app.add_middleware(Auditing, log=log)
    app.add_middleware(LimitedBodies)
    return app


def _open_routes(health: Health) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    # Uptime monitors send HEAD.
    get_or_head = partial(router.api_route, methods=["GET", "HEAD"])

    @get_or_head("/")
    @get_or_head("/api/v1/")
    @get_or_head("/api/v1")
    def welcome() -> dict[str, str]:
        return WELCOME

    @router.get("/api/v1/openapi.json")
    def openapi() -> JSONResponse:
        # Imported here: only this route needs it, and it would slow every cold start.
        from classpulse.apps.openapi import document

        return JSONResponse(document())

    @router.get("/api/v1/docs")
    def docs() -> HTMLResponse:
        return HTMLResponse(DOCS_PAGE)

    @get_or_head("/api/v1/health/live")
    def live() -> dict[str, str]:
        return {"status": "live"}

    @get_or_head("/api/v1/health/ready")
    def ready() -> JSONResponse:
        dependencies = health.check()
        all_ready = all(dependency.ready for dependency in dependencies)
        body = {
            "status": "ready" if all_ready else "not ready",
            "dependencies": {
                dependency.name: {
                    "status": "ready" if dependency.ready else "away",
                    "latencyMs": dependency.latency_ms,
                }
                for dependency in dependencies
            },
        }
        return JSONResponse(body, 200 if all_ready else 503)

    return router
