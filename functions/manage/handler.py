"""Lambda: sign people in, and manage classes. Source: Function URL, payload format 2.0."""

from classpulse.bootstrap_http import manage_app
from classpulse.core.http import function_url_handler

handler = function_url_handler(manage_app())
