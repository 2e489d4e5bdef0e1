"""A broadcast service over memory, for the tests of broadcast."""

import json
from collections.abc import Mapping
from typing import Any

from classpulse.core.metrics import Metric
from classpulse.ingest.batches import Fact
from classpulse.live.broadcast import Broadcast
from classpulse.progress.updates import Changed, Joined
from classpulse.queues.ports import InboundMessage

from tests.builders import NOW, inbound
from tests.fakes.identity import MemoryTickets
from tests.fakes.live import MemoryConnections, MemorySockets
from tests.fakes.progress import MemoryStore


class Scene:
    """A broadcast service over memory."""

    def __init__(self) -> None:
        self.recorded: list[dict[str, float]] = []
        self.store = MemoryStore(lambda: NOW)
        self.connections, self.sockets = MemoryConnections(), MemorySockets()
        self.slept: list[float] = []
        self.tickets = MemoryTickets()
        self.broadcast = Broadcast(
            self.connections,
            self.sockets,
            self.store,
            self.tickets,
            lambda: NOW,
            sleep=self.slept.append,
            meter=self,
        )

    def record(self, values: Mapping[Metric, float]) -> None:
        """Implement the Meter port."""
        self.recorded.append({metric.name: value for metric, value in values.items()})

    def watch(self, connection_id: str, class_id: str = "python-1", team_name: str | None = None) -> None:
        self.connections.add(connection_id, class_id, team_name)
        self.sockets.open(connection_id)

    def change(self, *facts: Fact) -> InboundMessage:
        (stored,) = self.store.store(facts)
        changed = Changed(
            class_id=stored.class_id,
            revision=stored.revision,
            students=stored.students,
            cells=stored.cells,
            changed_teams=sorted(stored.changed_teams),
        )
        return inbound(changed.to_json())

    def heard(self, connection_id: str) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self.sockets.received[connection_id]]


def joined(connection_id: str = "one", since: int | None = None) -> InboundMessage:
    return inbound(Joined(class_id="python-1", connection_id=connection_id, since=since).to_json())
