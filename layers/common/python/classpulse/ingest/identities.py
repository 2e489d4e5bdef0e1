"""In a pseudonymous class, an event without what names its student: ids, names, addresses, home directories.

Clients put such values into many places: cell-monitor sends `emailAddress`, jupyterlab-pioneer the process's complete
environment, and a kernel knows its notebook by an absolute path.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from classpulse.ingest.events import Event

ADDRESS = "[address]"
HOME = "~"
# Unknown fields that only name the student. `emailAddress` is unknown if the event also has `userId`.
_NAMING_EXTRAS = {"emailAddress", "email_address", "user_id", "user_name"}
# Keys whose values name a person, in lower case without separators. Environment variables are among them.
_NAMING_KEYS = {
    "userid", "username", "user", "login", "logname", "nbuser", "jupyterhubuser", "email", "emailaddress", "mail",
    "gitauthorname", "gitauthoremail", "gitcommittername", "gitcommitteremail", "fullname", "firstname", "lastname",
    "givenname", "familyname", "sudouser", "studentid", "studentname",
}  # fmt: skip
# Accounts that many people share.
_SHARED_NAMES = {
    "jovyan",
    "root",
    "user",
    "student",
    "test",
    "admin",
    "python",
    "jupyter",
    "none",
    "null",
    "true",
    "false",
}
# Of the values of naming keys: a client could name any number.
_MOST_NAMES = 12
_LONGEST_NAME = 256
_SEPARATORS = re.compile(r"[\W_]")
_WORDS = re.compile(r"[^\W\d_]{3,64}")
# No version such as `react@18.2`. `%40` is `@` in a URL.
ADDRESSES = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}(?:@|%40)(?!\d{1,6}\.\d)[\w-]{1,63}\.[\w.-]{1,190}")
# /home/ada, C:\Users\Ada Lovelace\…, but not example.org/home/page; the name is the group.
HOMES = re.compile(
    r"(?<![\w.])(?:[A-Za-z]:)?[\\/]{1,2}(?:home|Users)[\\/]{1,2}"
    r"([^\\/\n\"':;,]{1,64}(?=[\\/])|(?![^\\/\s]{1,64}\.ipynb)[^\\/\s\"':;,()]{1,64})"
)
# The same where Jupyter's root is that of the file system: its paths begin without a slash.
_RELATIVE_HOME = re.compile(r"\A(?:home|Users)/([^/\n]{1,64})(?=/)")
# Fields with a limit on their length.
_SHORT_FIELDS = {"event_type": 64, "team_name": 256, "notebook_path": 512, "old_path": 512, "cell_id": 256}
_CONTENT_FIELDS = ("code", "result", "error_message")
_HASH_CHARACTERS = 32


def without_identity(event: Event, stored_as: str, hashed: Callable[[str, str], str]) -> Event:
    """Return the event of the student `stored_as`, without the student's real id, name and addresses.

    hashed: returns the keyed hash of a text of some kind, as hexadecimal digits. It replaces `sessionId` and `runId`,
    which clients fill with anything, an event id that names the student, and a short field that would grow too long.

    `code`, `result` and `errorMessage` lose the student's home directory and distinctive names only: `ada` may be a
    variable, and `A@B.T` is a product of matrices.
    """
    extra = {name: value for name, value in (event.model_extra or {}).items() if name not in _NAMING_EXTRAS}
    names = _Names(event, stored_as)
    fields: dict[str, Any] = {"user_id": stored_as, "user_name": None}
    if names.remove(event.event_id) != event.event_id:
        # Not replaced in part: two ids must stay different.
        fields["event_id"] = hashed("event", event.event_id)[:_HASH_CHARACTERS]
    if event.session_id is not None:
        fields["session_id"] = hashed("session", event.session_id)[:_HASH_CHARACTERS]
    if event.run_id is not None:
        # The same in all events of the run, so that they still pair.
        fields["run_id"] = hashed("run", event.run_id)[:_HASH_CHARACTERS]
    for field, limit in _SHORT_FIELDS.items():
        if text := getattr(event, field):
            changed = names.remove(text)
            fields[field] = changed if len(changed) <= limit else hashed(field, text)[:_HASH_CHARACTERS]
    fields |= {field: names.remove_from_content(text) for field in _CONTENT_FIELDS if (text := getattr(event, field))}
    return event.replaced(
        fields | {"metadata": names.remove_everywhere(event.metadata)}, names.remove_everywhere(extra)
    )


class _Names:
    """The names of an event's student, and how they are removed from its texts."""

    def __init__(self, event: Event, stored_as: str) -> None:
        self._stored_as = stored_as
        self._whole = {name.lower() for name in _names_of(event)}
        self._inside = tuple(sorted(name for one in self._whole for name in _forms(one) if _is_long_enough(name)))
        self._distinctive = tuple(name for name in self._inside if not (name.isascii() and name.isalpha()))

    def remove(self, text: str) -> str:
        """Return the text without names, addresses and home directories."""
        if text.lower() in self._whole:
            return self._stored_as
        text = _RELATIVE_HOME.sub(HOME, HOMES.sub(HOME, text))
        if "@" in text or "%40" in text:
            text = _without(text, [name for name in self._inside if "@" in name or "%40" in name], self._stored_as)
            text = ADDRESSES.sub(ADDRESS, text)
        return _without(text, self._inside, self._stored_as)

    def remove_from_content(self, text: str) -> str:
        """Return code or output without distinctive names and home directories."""
        return _without(HOMES.sub(HOME, text), self._distinctive, self._stored_as)

    def remove_everywhere(self, value: Any) -> Any:
        """Return a JSON value without names in its texts and keys; the value of a key such as `USER` is a name."""
        if isinstance(value, str):
            return self.remove(value)
        if isinstance(value, list):
            return [self.remove_everywhere(item) for item in value]
        if isinstance(value, dict):
            return {
                self.remove(key): self._stored_as if _is_naming(key, item) else self.remove_everywhere(item)
                for key, item in value.items()
            }
        return value


def _names_of(event: Event) -> set[str]:
    """Return the student's id, name and address, and what naming keys and home directories of the event hold."""
    names = {event.user_id}
    if event.user_name:
        names |= {event.user_name, *_WORDS.findall(event.user_name)}
    for name in _named_in([event.metadata, event.model_extra]):
        if len(names) >= _MOST_NAMES:
            break
        names.add(name)
    for path in filter(None, (event.notebook_path, event.old_path)):
        names |= {match[1] for pattern in (HOMES, _RELATIVE_HOME) for match in pattern.finditer(path)}
    names |= {name.partition("@")[0] for name in names}
    return {name for name in names if name.lower() not in _SHARED_NAMES and name.strip()}


def _named_in(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _named_in(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if _is_naming(key, item):
                yield item
            elif key.lower() == "home" and isinstance(item, str):
                yield from (match[1] for match in HOMES.finditer(item[:_LONGEST_NAME]))
            else:
                yield from _named_in(item)


def _is_naming(key: str, value: Any) -> bool:
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_NAME or value.lower() in _SHARED_NAMES:
        return False
    return _SEPARATORS.sub("", key[:_LONGEST_NAME].lower()) in _NAMING_KEYS


def _forms(name: str) -> set[str]:
    """Return the name as it is, in a URL, and as KubeSpawner writes it into names of servers and volumes."""
    return {name, quote(name, safe="").lower(), "".join(one if one.isalnum() else f"-{ord(one):x}" for one in name)}


def _is_long_enough(name: str) -> bool:
    """A shorter name is replaced only where it is the complete text: `a` and `x1` occur everywhere."""
    return len(name) >= (3 if name.isascii() else 2)


def _without(text: str, names: Sequence[str], replacement: str) -> str:
    lowered = text.lower()
    present = tuple(name for name in names if name in lowered)
    return _pattern(present).sub(replacement, text) if present else text


@lru_cache(maxsize=1024)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Match these names as words; letters beside a name of another script do not belong to it, as in Japanese."""
    longest_first = sorted(names, key=len, reverse=True)
    words = (
        rf"(?<![^\W_]){re.escape(name)}(?![^\W_])" if name.isascii() else re.escape(name) for name in longest_first
    )
    return re.compile("|".join(words), re.IGNORECASE)
