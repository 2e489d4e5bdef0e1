"""Tell the dashboards: changed students to all of a class, the whole class to a newcomer."""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from pydantic import ValidationError

from classpulse.domain.messages import progress_texts, snapshot_texts
from classpulse.domain.progress import StudentProgress
from classpulse.domain.updates import UPDATE, Changed, Joined
from classpulse.errors import ConnectionGone, PushFailed, TransientError
from classpulse.ports import Clock, Connections, InboundMessage, ProgressReader, Sockets

logger = logging.getLogger(__name__)

# Pushing is waiting for API Gateway's answer, so a few at a time.
PUSHES_AT_ONCE = 8
# API Gateway opens a connection only after $connect has answered; until then it says that it is gone. Seconds.
OPENING_WAITS = (0.02, 0.05, 0.1, 0.2, 0.4)


class Broadcast:
    """The use case behind the updates queue. Losing or repeating an update does no harm: it is state."""

    def __init__(
        self,
        connections: Connections,
        sockets: Sockets,
        reader: ProgressReader,
        clock: Clock,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._connections = connections
        self._sockets = sockets
        self._reader = reader
        self._clock = clock
        self._sleep = sleep

    def __call__(self, messages: Sequence[InboundMessage]) -> list[str]:
        """Return the ids of the messages that should be tried again."""
        changed: dict[str, list[tuple[str, Changed]]] = defaultdict(list)
        failed = []
        for message in messages:
            try:
                update = UPDATE.validate_json(message.body)
            except ValidationError:
                logger.warning("message %s is no update", message.message_id)
                failed.append(message.message_id)
                continue
            if isinstance(update, Changed):
                changed[update.class_id].append((message.message_id, update))
            elif not self._welcome(update):
                failed.append(message.message_id)
        for class_id, updates in changed.items():
            if not self._tell_class(class_id, [update for _, update in updates]):
                failed += [message_id for message_id, _ in updates]
        return failed

    def _tell_class(self, class_id: str, updates: Sequence[Changed]) -> bool:
        students = newest(student for update in updates for student in update.students)
        revisions = sorted({update.revision for update in updates if update.revision is not None})
        revision = max((student.revision for student in students), default=0)
        texts = progress_texts(class_id, revision, students, self._clock(), revisions=revisions)
        connection_ids = self._connections.of_class(class_id)
        with ThreadPoolExecutor(PUSHES_AT_ONCE) as pool:
            told = pool.map(lambda connection_id: self._push_or_prune(connection_id, texts), connection_ids)
            return all(list(told))

    def _push_or_prune(self, connection_id: str, texts: Sequence[str]) -> bool:
        """Return whether there is nothing to try again."""
        try:
            self._sockets.push(connection_id, texts)
        except ConnectionGone:
            self._connections.prune(connection_id)
        except PushFailed:
            logger.warning("connection %s was not told", connection_id, exc_info=True)
            return False
        return True

    def _push_when_open(self, connection_id: str, texts: Sequence[str]) -> bool:
        """The same for a connection that may still be opening."""
        for seconds in OPENING_WAITS:
            try:
                self._sockets.push(connection_id, texts)
            except ConnectionGone:
                if self._connections.prune(connection_id):
                    return True
                self._sleep(seconds)
            except PushFailed:
                logger.warning("connection %s got no snapshot", connection_id, exc_info=True)
                return False
            else:
                return True
        return False

    def _welcome(self, joined: Joined) -> bool:
        try:
            found = self._reader.read_class(joined.class_id, joined.since)
        except TransientError:
            logger.warning("connection %s waits for its snapshot", joined.connection_id, exc_info=True)
            return False
        now = self._clock()
        # A client that is ahead of us saw a database that has been restored since: it starts afresh.
        if joined.since is None or joined.since > found.revision:
            texts = snapshot_texts(found.class_id, found.revision, found.students, now)
        else:
            texts = progress_texts(found.class_id, found.revision, found.students, now, since=joined.since)
        return self._push_when_open(joined.connection_id, texts)


def newest(students: Iterable[StudentProgress]) -> list[StudentProgress]:
    """Return each student once, at the greatest revision."""
    by_user: dict[str, StudentProgress] = {}
    for student in students:
        known = by_user.get(student.user_id)
        if known is None or student.revision >= known.revision:
            by_user[student.user_id] = student
    return list(by_user.values())
