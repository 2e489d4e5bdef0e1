"""What the API shows of the demo class, as the comparison needs it."""

import base64
import json
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode

from demo.compare import Shown
from demo.desk import renamed
from demo.lesson import NOTEBOOKS
from demo.play import Run
from demo.state import CellKey, Place, Status

TIMEOUT_SECONDS = 30.0
# The past is read from a little before the class on.
BEFORE = timedelta(minutes=1)


class Unreadable(Exception):
    """Raise when the API does not give an answer; the text says why."""


class Api:
    """The API for reading classes."""

    def __init__(self, api_url: str, token: str) -> None:
        self._url = api_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def get(self, class_id: str, path: str, query: Mapping[str, Any] | None = None) -> Any:
        """Return the answer of a path below the class. Raises Unreadable."""
        name = base64.urlsafe_b64encode(class_id.encode()).rstrip(b"=").decode()
        url = f"{self._url}/classes/~{name}/{path}?{urlencode(query or {})}"
        request = urllib.request.Request(url, headers=self._headers)  # noqa: S310 - the address that the user gave
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return json.load(answer)
        except HTTPError as error:
            raise Unreadable(f"{self._url} does not show the class: HTTP {error.code}") from error
        except (OSError, HTTPException, ValueError) as error:
            raise Unreadable(f"{self._url} does not show the class: {type(error).__name__}: {error}") from error

    def event_ids(self, class_id: str, after: int) -> Iterator[tuple[str, int]]:
        """Yield the ids of stored events and where to go on, page by page."""
        while True:
            page = self.get(class_id, "events", {"after": after, "limit": 1000})
            for event in page["events"]:
                yield event["eventId"], after
            if page["next"] is None:
                return
            after = page["next"]


def shown_now(api: Api, run: Run, end: float) -> dict[str, Shown]:
    """Return what the API shows now of every student; the class ended at the second `end`."""
    return _shown(api, run, end, {})


def shown_at(api: Api, run: Run, instant: float) -> dict[str, Shown]:
    """Return what the API shows for a past second of class time."""
    period = {"start": (run.began - BEFORE).isoformat(), "at": run.instant(instant).isoformat()}
    return _shown(api, run, instant, period)


def _shown(api: Api, run: Run, instant: float, period: dict[str, str]) -> dict[str, Shown]:
    class_id = run.class_id or ""
    books = _books(run)
    cells: dict[str, dict[CellKey, Status]] = {}
    for notebook in api.get(class_id, "notebooks")["notebooks"]:
        path = notebook["notebookPath"]
        grid = api.get(class_id, "grid", {"notebook": path} | period)
        for row in grid["rows"]:
            found = cells.setdefault(row["userId"], {})
            book = books.get((row["userId"], path), path)
            for column, status, *_ in row["cells"]:
                key = book, grid["columns"][column]["cellId"]
                # Two notebooks where there is one are a mistake, which the comparison has to see.
                found[key if key not in found else (path, key[1])] = Status(status)
    students = api.get(class_id, "progress", period)["students"]
    return {
        student["userId"]: shown_of(student, cells.get(student["userId"], {}), run, instant, books)
        for student in students
    }


def shown_of(
    student: Mapping[str, Any],
    cells: Mapping[CellKey, Status],
    run: Run,
    instant: float,
    books: Mapping[tuple[str, str], str],
) -> Shown:
    """Return what a student of the API's answer looks like at that second of class time."""
    path = student["notebookPath"]
    place: Place | None = (books.get((student["userId"], path), path), student["cellId"]) if path else None
    return Shown(
        runs=student["runningSince"] is not None,
        waits=student["waitingSince"] is not None,
        hand_since=_hand(student, run, instant),
        streak=student["errorStreak"],
        place=place,
        cells=cells,
    )


def _hand(student: Mapping[str, Any], run: Run, instant: float) -> float | None:
    if student["helpSince"] is None:
        return None
    until = student["helpUntil"]
    if until is not None and datetime.fromisoformat(until) <= run.instant(instant):
        return None
    return (datetime.fromisoformat(student["helpSince"]) - run.began).total_seconds() * run.speed


def _books(run: Run) -> dict[tuple[str, str], str]:
    """Return the first path of each notebook that a student may have renamed."""
    return {(student.user_id, renamed(student, book)): book for student in run.enrolled for book in NOTEBOOKS}
