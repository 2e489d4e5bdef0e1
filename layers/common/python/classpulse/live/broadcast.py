"""Broadcast: push changed students to all dashboards of a class, and a snapshot to a new one."""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from classpulse.core.errors import ConnectionGone, PushFailed, TransientError
from classpulse.core.metrics import CONNECTIONS_GONE, CONNECTIONS_TOLD, Meter, Silent
from classpulse.core.ports import Clock
from classpulse.identity.ports import Tickets
from classpulse.live.messages import progress_texts, snapshot_texts
from classpulse.live.ports import PUSHES_AT_ONCE, Connections, Sockets
from classpulse.progress.model import CellState, StudentProgress, of_team
from classpulse.progress.ports import ProgressReader
from classpulse.progress.updates import UPDATE, Changed, Joined, Revoked
from classpulse.queues.ports import InboundMessage

logger = logging.getLogger(__name__)

# API Gateway opens a connection only after $connect has answered, and answers 410 until then. In seconds.
OPENING_WAITS = (0.02, 0.05, 0.1, 0.2, 0.4)


class Broadcast:
    """The use case behind the updates queue. An update is state, so losing or repeating one does no harm."""

    def __init__(
        self,
        connections: Connections,
        sockets: Sockets,
        reader: ProgressReader,
        tickets: Tickets,
        clock: Clock,
        *,
        sleep: Callable[[float], None] = time.sleep,
        meter: Meter | None = None,
    ) -> None:
        self._connections = connections
        self._sockets = sockets
        self._reader = reader
        self._tickets = tickets
        self._clock = clock
        self._sleep = sleep
        self._meter = meter or Silent()

    def __call__(self, messages: Sequence[InboundMessage]) -> list[str]:
        """Return the ids of the messages to retry."""
        changed: dict[str, list[tuple[str, Changed]]] = defaultdict(list)
        failed = []
        for message in messages:
            try:
                update = UPDATE.validate_json(message.body)
            except ValidationError:
                logger.warning("message %s is not an update", message.message_id)
                failed.append(message.message_id)
                continue
            if isinstance(update, Changed):
                changed[update.class_id].append((message.message_id, update))
                continue
            done = self._close_all(update) if isinstance(update, Revoked) else self._send_snapshot(update)
            if not done:
                failed.append(message.message_id)
        settled = {class_id: self._push_to_class(class_id, [one for _, one in of]) for class_id, of in changed.items()}
        for class_id, messages_of_class in changed.items():
            if not all(settled[class_id]):
                failed += [message_id for message_id, _ in messages_of_class]
        if any(settled.values()):
            self._meter.record({CONNECTIONS_TOLD: sum(map(sum, settled.values()))})
        return failed

    def _push_to_class(self, class_id: str, updates: Sequence[Changed]) -> list[bool]:
        """Return for each connection of the class whether there is nothing to retry."""
        team_names = self._connections.of_class(class_id)
        if not team_names:
            return []
        changes = _Changes.of(class_id, updates, self._clock())
        texts = {team_name: changes.texts(team_name) for team_name in set(team_names.values())}
        if changed_teams := texts.keys() & {team for update in updates for team in update.changed_teams}:
            try:
                texts |= self._snapshots_of_teams(class_id, changed_teams)
            except TransientError:
                logger.warning("the snapshots of changed teams have to wait for the store", exc_info=True)
                return [False]
        # An empty update would tell a team's assistant that another team is active.
        pushes = [
            (connection_id, texts[team_name]) for connection_id, team_name in team_names.items() if texts[team_name]
        ]
        if not pushes:
            return []
        with ThreadPoolExecutor(PUSHES_AT_ONCE) as pool:
            settled = list(pool.map(lambda push: self._push_or_prune(*push), pushes))
        correlation_ids = sorted({correlation_id for update in updates for correlation_id in update.correlation_ids})
        logger.info("updates pushed", extra={"correlationIds": correlation_ids, "connections": len(pushes)})
        return settled

    def _snapshots_of_teams(self, class_id: str, team_names: Iterable[str | None]) -> dict[str | None, list[str]]:
        """Return each team's snapshot: by no other message a client of the team forgets a student who has left."""
        progress = self._reader.read_class(class_id)
        return {
            name: snapshot_texts(class_id, progress.revision, of_team(progress.students, name), self._clock())
            for name in team_names
        }

    def _push_or_prune(self, connection_id: str, texts: Sequence[str]) -> bool:
        """Return whether there is nothing to retry."""
        try:
            self._sockets.push(connection_id, texts)
        except ConnectionGone:
            if self._connections.prune(connection_id):
                self._meter.record({CONNECTIONS_GONE: 1})
        except PushFailed:
            logger.warning("push to connection %s failed", connection_id, exc_info=True)
            return False
        return True

    def _push_when_open(self, connection_id: str, texts: Sequence[str]) -> bool:
        """Push to a connection that may still be opening; return whether there is nothing to retry."""
        for seconds in OPENING_WAITS:
            try:
                self._sockets.push(connection_id, texts)
            except ConnectionGone:
                if self._connections.prune(connection_id):
                    return True
                self._sleep(seconds)
            except PushFailed:
                logger.warning("push of the snapshot to connection %s failed", connection_id, exc_info=True)
                return False
            else:
                return True
        return False

    def _send_snapshot(self, joined: Joined) -> bool:
        # Changes since a revision do not say who has left a team.
        since = joined.since if joined.team_name is None else None
        try:
            progress = self._reader.read_class(joined.class_id, since)
        except TransientError:
            logger.warning(
                "the snapshot of connection %s has to wait for the store", joined.connection_id, exc_info=True
            )
            return False
        students = of_team(progress.students, joined.team_name)
        now = self._clock()
        # A client ahead of the database saw it before a restore: it needs a snapshot.
        if since is None or since > progress.revision:
            texts = snapshot_texts(progress.class_id, progress.revision, students, now)
        else:
            texts = progress_texts(progress.class_id, progress.revision, students, now, since=since)
        return self._push_when_open(joined.connection_id, texts)

    def _close_all(self, revoked: Revoked) -> bool:
        """Close an account's sockets; its dashboards reconnect with the grants that it has now."""
        self._tickets.revoke(revoked.account_id, revoked.sign_in)
        closed = True
        for connection_id in self._connections.of_account(revoked.account_id):
            identity = self._connections.identity(connection_id)
            if identity is not None and not revoked.closes(identity.sign_in_id):
                continue
            try:
                self._sockets.close(connection_id)
            except PushFailed:
                logger.warning("closing connection %s failed", connection_id, exc_info=True)
                closed = False
            else:
                self._connections.remove(connection_id)
        return closed


@dataclass(frozen=True)
class _Changes:
    """The changes of a class, merged: each student and each cell once, at its newest revision."""

    class_id: str
    revision: int
    revisions: list[int]
    students: list[StudentProgress]
    cells: list[CellState]
    now: datetime

    @classmethod
    def of(cls, class_id: str, updates: Sequence[Changed], now: datetime) -> "_Changes":
        students = newest(student for update in updates for student in update.students)
        return cls(
            class_id,
            max((student.revision for student in students), default=0),
            sorted({update.revision for update in updates if update.revision is not None}),
            students,
            _newest_cells(cell for update in updates for cell in update.cells),
            now,
        )

    def texts(self, team_name: str | None) -> list[str]:
        """Return the messages for connections that see this team, or all teams (None); none if nothing concerns it.

        A team's messages name no revisions: its dashboard would take those of other teams for gaps, and request them.
        It resumes from its last snapshot or resume, which gives it every change of its own team again.
        """
        if team_name is None:
            return progress_texts(
                self.class_id, self.revision, self.students, self.now, cells=self.cells, revisions=self.revisions
            )
        students = of_team(self.students, team_name)
        if not students:
            return []
        user_ids = {student.user_id for student in students}
        cells = [cell for cell in self.cells if cell.user_id in user_ids]
        revision = max(student.revision for student in students)
        return progress_texts(self.class_id, revision, students, self.now, cells=cells)


def newest(students: Iterable[StudentProgress]) -> list[StudentProgress]:
    """Return each student once, at the greatest revision."""
    by_user: dict[str, StudentProgress] = {}
    for student in students:
        known = by_user.get(student.user_id)
        if known is None or student.revision >= known.revision:
            by_user[student.user_id] = student
    return list(by_user.values())


def _newest_cells(cells: Iterable[CellState]) -> list[CellState]:
    by_place: dict[tuple[str, str, str], CellState] = {}
    for cell in cells:
        place = (cell.user_id, cell.notebook_path, cell.cell_id)
        known = by_place.get(place)
        if known is None or known.revision < cell.revision:
            by_place[place] = cell
    return list(by_place.values())
