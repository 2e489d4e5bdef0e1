"""The OpenAPI document of all functions together; their routes are made without services, to be described only.

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
    nothing: Any = None
    routers = [
        ingest_api.router,
        make_views_router(nothing, nothing, caller_of(nothing)),
        make_me_router(nothing),
        *make_manage_routers(nothing, nothing, nothing),
    ]
    routes = [route for router in routers for route in router.routes]
    found = get_openapi(title="ClassPulse", version="1", description=DESCRIPTION, routes=routes)
    found["components"]["schemas"] |= ingest_api.EVENT_PARTS
    return found


if __name__ == "__main__":
    print(json.dumps(document(), indent=2))
