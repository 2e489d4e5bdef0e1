"""Lambda: accept events. Source: Function URL, payload format 2.0 (POST /api/v1/events)."""

from classpulse.bootstrap_http import ingest_app
from classpulse.core.http import function_url_handler

handler = function_url_handler(ingest_app())
