"""A bucket behind CloudFront, served from a folder."""

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from runner.http_server import Receive, Scope, Send, respond

# Bundlers such as Vite put a hash of the content into the names below assets/.
IMMUTABLE = "public, max-age=31536000, immutable"
PLAIN = [(b"content-type", b"text/plain; charset=utf-8")]


class BucketApp:
    """An ASGI app that serves a folder. missing: the answer when the folder does not exist."""

    def __init__(self, folder: Path, missing: str) -> None:
        self._folder = folder
        self._missing = missing
        self._files = StaticFiles(directory=folder, check_dir=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer GET or HEAD with the file, or 404."""
        if not self._folder.is_dir():
            await respond(send, 503, self._missing.encode(), PLAIN)
            return
        path = self._files.get_path(scope)
        try:
            response: Response = await self._files.get_response(path, scope)
        except HTTPException as error:
            await respond(send, error.status_code, b"Page not found.\n", PLAIN)
            return
        response.headers["cache-control"] = IMMUTABLE if path.startswith("assets/") else "no-cache"
        await response(scope, receive, send)
