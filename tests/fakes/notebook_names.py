"""The notebooks of a class in memory, and the names that students have for them; see rename_notebook.sql."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from classpulse.ingest.events import Event, EventType


@dataclass(frozen=True)
class _Name:
    """A name that only one student has for a notebook. Former: from before a rename."""

    notebook: int
    is_former: bool
    ordering: str


class NotebookNames:
    """The notebooks of one class.

    users: returns the students who have used the notebook at a path. move: is called when a notebook's path changes.
    """

    def __init__(self, users: Callable[[str], set[str]], move: Callable[[str, str], None]) -> None:
        self._users = users
        self._move = move
        self._paths: dict[int, str] = {}
        self._names: dict[tuple[str, str], _Name] = {}

    def resolve(self, fresh: Sequence[Event]) -> list[Event]:
        """Apply the renames among new events; return the events with the paths of their class's notebooks."""
        for event in sorted(fresh, key=lambda event: event.ordering):
            known = self._names.get((event.user_id, event.notebook_path or ""))
            if event.event_type == EventType.NOTEBOOK_OPENED and known and known.is_former:
                if known.ordering < event.ordering:
                    del self._names[event.user_id, event.notebook_path or ""]
            elif event.event_type == EventType.NOTEBOOK_RENAMED and event.notebook_path and event.old_path:
                is_late = known is not None and known.ordering > event.ordering
                if event.old_path != event.notebook_path and not is_late:
                    self._rename(event, event.old_path, event.notebook_path, fresh)
        return [self._with_path(event) for event in fresh]

    def _with_path(self, event: Event) -> Event:
        if not event.notebook_path:
            return event
        known = self._names.get((event.user_id, event.notebook_path))
        number = known.notebook if known else self._add(event.notebook_path)
        return event.replaced({"notebook_path": self._paths[number]}, event.model_extra or {})

    def _rename(self, event: Event, old: str, new: str, fresh: Sequence[Event]) -> None:
        user_id = event.user_id
        known = self._names.get((user_id, old))
        if known:
            self._names[user_id, old] = replace(known, is_former=True, ordering=event.ordering)
        source = known.notebook if known else self._at(old)
        if source is None and any(one.notebook_path == old and (one.user_id, old) not in self._names for one in fresh):
            source = self._add(old)
        target = self._at(new)
        if source is None:
            self._names.pop((user_id, new), None)
            self._names[user_id, old] = _Name(self._add(new), True, event.ordering)
            return
        before = self._paths[source]
        users = self._users(before) | {one.user_id for one in fresh if one.notebook_path == before}
        users |= {owner for (owner, _), name in self._names.items() if owner == user_id and name.notebook == source}
        self._names.pop((user_id, new), None)
        if target is None and users == {user_id}:
            self._paths[source] = new
            self._move(before, new)
            self._names |= dict.fromkeys([(user_id, old), (user_id, before)], _Name(source, True, event.ordering))
        elif target is None:
            self._names[user_id, new] = _Name(source, False, event.ordering)

    def _at(self, path: str) -> int | None:
        return next((number for number, known in self._paths.items() if known == path), None)

    def _add(self, path: str) -> int:
        number = self._at(path)
        if number is None:
            number = len(self._paths) + 1
            self._paths[number] = path
        return number
