"""The OpenAPI document of all functions. It needs the routes only, so they are built without services.

`python -m classpulse.apps.openapi` prints it: the dashboard's REST types are generated from it.
"""

import json
from typing import Any

from fastapi.openapi.utils import get_openapi

from classpulse.apps.manage import make_manage_routers
from classpulse.identity.callers import caller_of
from classpulse.ingest import api as ingest_api
from classpulse.records.api import make_me_router
from classpulse.views.api import make_views_router

DESCRIPTION = "The live view of a programming class in JupyterLab. Source: docs/reference/wire-contract.md."


def document() -> dict[str, Any]:
    """Return the OpenAPI document of the HTTP API."""
    no_service: Any = None
    routers = [
        ingest_api.router,
        make_views_router(no_service, no_service, caller_of(no_service)),
        make_me_router(no_service, no_service),
        *make_manage_routers(
            no_service, no_service, no_service, no_service, no_service, origins=no_service, log=no_service
        ),
    ]
    routes = [route for router in routers for route in router.routes]
    schema = get_openapi(title="ClassPulse", version="1", description=DESCRIPTION, routes=routes)
    schema["components"]["schemas"] |= ingest_api.EVENT_PARTS
    return schema


if __name__ == "__main__":
    print(json.dumps(document(), indent=2))
