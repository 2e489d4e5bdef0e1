"""Lambda: serve the read API of classes. Source: Function URL, payload format 2.0 (GET /api/v1/…)."""

from classpulse.bootstrap_http import query_app
from classpulse.core.http import function_url_handler

handler = function_url_handler(query_app())
