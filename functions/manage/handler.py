"""Lambda: sign people in, and keep what a class decides. Source: Function URL, payload format 2.0."""

from classpulse.bootstrap import manage_app
from classpulse.core.http import function_url_handler

handler = function_url_handler(manage_app())
