from collections.abc import Sequence
from datetime import timedelta

import pytest
from classpulse.core.errors import PermanentError, QueueUnavailable, StoreUnavailable
from classpulse.core.metrics import EVENTS_DROPPED
from classpulse.ingest.batches import Batch, Fact
from classpulse.ingest.erasures import ErasureFilter, Tombstone
from classpulse.ingest.privacy import erasure_digest
from classpulse.progress.consume import Consume, Outputs
from classpulse.progress.ports import StoredClass
from classpulse.progress.updates import UPDATE, Changed
from classpulse.queues.ports import OutboundMessage

from tests.builders import NOW, inbound, make_batch, make_event
from tests.fakes.erasures import MemoryErasures, MemoryMeter
from tests.fakes.progress import MemoryAnnouncer, MemoryStore
from tests.fakes.queues import MemoryQueue

KEY = b"the-privacy-key-of-the-tests"


class Scene:
    """A consume service over memory; `refused` are event ids that the store cannot take."""

    def __init__(self) -> None:
        self.store_ = MemoryStore(lambda: NOW)
        self.series, self.updates, self.dead = MemoryQueue(), MemoryQueue(), MemoryQueue()
        self.announcer = MemoryAnnouncer()
        self.refused: set[str] = set()
        outputs = Outputs(self.series, self.updates, self.dead, self.announcer)
        self.erasures = MemoryErasures()
        self.meter = MemoryMeter()
        self.not_erased = ErasureFilter(self.erasures, KEY)
        self.consume = Consume(self, outputs, lambda: NOW, self.meter, not_erased=self.not_erased)

    def store(self, facts: Sequence[Fact]) -> list[StoredClass]:
        if any(fact.event.event_id in self.refused for fact in facts):
            raise PermanentError("a value was refused")
        return self.store_.store(facts)

    def changed(self) -> list[Changed]:
        updates = [UPDATE.validate_json(message.body) for message in self.updates.messages]
        return [update for update in updates if isinstance(update, Changed)]

    def stored_ids(self) -> set[str]:
        return {event["eventId"] for event in self.store_.read_facts("python-1", 0, 1000).events}


def test_a_batch_is_stored_and_handed_on() -> None:
    scene = Scene()
    scene.consume([inbound(make_batch(make_event(eventId="a", code="secret()"), make_event(eventId="b")).to_json())])
    assert scene.stored_ids() == {"a", "b"}
    (changed,) = scene.changed()
    assert (changed.class_id, changed.revision, changed.students[0].events) == ("python-1", 1, 2)
    (series,) = scene.series.messages
    assert [event.event_id for event in Batch.model_validate_json(series.body).events] == ["a", "b"]
    assert "secret" not in series.body
    assert [fact.event.event_id for fact in scene.announcer.announced] == ["a", "b"]


def test_the_series_are_sent_the_name_of_an_error_but_not_its_message() -> None:
    scene = Scene()
    event = make_event(hasError=True, errorMessage="KeyboardInterrupt: my secret")
    scene.consume([inbound(make_batch(event).to_json())])
    (series,) = scene.series.messages
    (sent,) = Batch.model_validate_json(series.body).events
    assert (sent.error_message, sent.outcome, sent.is_error) == ("KeyboardInterrupt", "interrupted", False)


def test_a_repeated_batch_changes_nothing_and_notifies_the_dashboards_again() -> None:
    scene = Scene()
    message = inbound(make_batch(make_event(eventId="a")).to_json())
    scene.consume([message])
    scene.consume([message])
    first, second = scene.changed()
    assert (first.revision, second.revision) == (1, None)
    assert first.students == second.students
    assert len(scene.series.messages) == 2
    assert len(scene.announcer.announced) == 1


def test_two_students_with_the_same_event_id_are_both_handed_on() -> None:
    scene = Scene()
    scene.refused = {"bad"}
    scene.consume([inbound(make_batch(make_event(eventId="a", userId="eve")).to_json())])
    both = [make_event(eventId="a", userId=user_id, eventType="help") for user_id in ("eve", "ada")]
    scene.consume([inbound(make_batch(*both, make_event(eventId="bad")).to_json())])
    assert [(fact.event.user_id, fact.event.event_id) for fact in scene.announcer.announced] == [
        ("eve", "a"),
        ("ada", "a"),
    ]
    events = Batch.model_validate_json(scene.series.messages[-1].body).events
    assert [event.user_id for event in events] == ["eve", "ada"]


def test_only_the_bad_event_becomes_a_dead_letter_with_its_reason() -> None:
    scene = Scene()
    scene.refused = {"bad"}
    events = [make_event(eventId=event_id) for event_id in ("a", "b", "bad", "c", "d")]
    scene.consume([inbound(make_batch(*events).to_json()), inbound(make_batch(make_event(eventId="e")).to_json())])
    assert scene.stored_ids() == {"a", "b", "c", "d", "e"}
    (dead,) = scene.dead.messages
    assert [event.event_id for event in Batch.model_validate_json(dead.body).events] == ["bad"]
    assert dead.attributes["reason"] == "a value was refused"
    assert dead.attributes["eventId"] == "bad"
    assert all("bad" not in message.body for message in scene.series.messages)


def test_a_message_that_is_no_batch_becomes_a_dead_letter_and_the_others_are_stored() -> None:
    scene = Scene()
    scene.consume([inbound("{}"), inbound(make_batch(make_event(eventId="a")).to_json())])
    assert scene.stored_ids() == {"a"}
    assert [message.body for message in scene.dead.messages] == ["{}"]


def test_an_unavailable_store_makes_no_dead_letters() -> None:
    class Unreachable(Scene):
        def store(self, facts: Sequence[Fact]) -> list[StoredClass]:
            raise StoreUnavailable("unreachable")

    scene = Unreachable()
    with pytest.raises(StoreUnavailable):
        scene.consume([inbound(make_batch(make_event()).to_json())])
    assert scene.dead.messages == []


def test_a_failed_announcement_does_not_stop_storing() -> None:
    class Mute(MemoryAnnouncer):
        def announce(self, facts: Sequence[Fact]) -> None:
            raise StoreUnavailable("unreachable")

    scene = Scene()
    outputs = Outputs(scene.series, scene.updates, scene.dead, Mute())
    Consume(scene, outputs, lambda: NOW, not_erased=scene.not_erased)(
        [inbound(make_batch(make_event(eventId="a")).to_json())]
    )
    assert scene.stored_ids() == {"a"}
    assert len(scene.changed()) == 1


def test_a_failed_hand_over_raises() -> None:
    class Unreachable(MemoryQueue):
        def send(self, messages: Sequence[OutboundMessage]) -> None:
            raise QueueUnavailable("unreachable")

    scene = Scene()
    outputs = Outputs(scene.series, Unreachable(), scene.dead, scene.announcer)
    with pytest.raises(QueueUnavailable):
        Consume(scene, outputs, lambda: NOW, not_erased=scene.not_erased)([inbound(make_batch(make_event()).to_json())])


def test_an_update_too_large_for_one_message_claims_no_revision() -> None:
    scene = Scene()
    events = [make_event(userId=f"{n}-" + "x" * 250, userName="y" * 250) for n in range(1500)]
    scene.consume([inbound(make_batch(*events).to_json())])
    changed = scene.changed()
    assert len(changed) > 1
    assert {update.revision for update in changed} == {None}
    assert sum(len(update.students) for update in changed) == 1500
    assert sum(len(update.cells) for update in changed) == 1500
    # The team of a cell's student decides who may see it, so both are in one message.
    assert all(
        {cell.user_id for cell in update.cells} <= {student.user_id for student in update.students}
        for update in changed
    )


def test_the_cells_of_one_student_fill_several_messages_each_with_the_student() -> None:
    scene = Scene()
    events = [make_event(cellId=f"c{n}", notebookPath="n" * 500) for n in range(2000)]
    scene.consume([inbound(make_batch(*events).to_json())])
    changed = scene.changed()
    assert len(changed) > 1
    assert {student.user_id for update in changed for student in update.students} == {"ada"}
    assert all(len(update.students) == 1 for update in changed)
    assert sum(len(update.cells) for update in changed) == 2000


def test_an_update_of_many_teams_is_sent_in_parts() -> None:
    teams = [f"{number}-" + "x" * 250 for number in range(5000)]
    update = Changed(class_id="python-1", revision=7, students=[], changed_teams=teams)
    parts = [UPDATE.validate_json(body) for body in update.bodies()]
    assert len(parts) > 1
    assert [team for part in parts if isinstance(part, Changed) for team in part.changed_teams] == teams


def test_queued_and_late_events_of_an_erased_student_are_dropped_and_counted() -> None:
    scene = Scene()
    # The test's events happened up to a minute before NOW, and were received at NOW.
    scene.erasures.add([Tombstone(erasure_digest(KEY, "python-1", "ada"), NOW)])
    queued = make_batch(make_event(eventId="queued"), make_event(eventId="other", userId="bob"))
    late = make_batch(make_event(eventId="late")).model_copy(update={"received_at": NOW + timedelta(days=3)})
    elsewhere = make_batch(make_event(eventId="elsewhere", classId="python-2"), class_id="python-2")
    scene.consume([inbound(batch.to_json()) for batch in (queued, late, elsewhere)])
    assert scene.stored_ids() == {"other"}
    assert {event["eventId"] for event in scene.store_.read_facts("python-2", 0, 10).events} == {"elsewhere"}
    assert scene.meter.values[EVENTS_DROPPED] == 2
    assert scene.dead.messages == []
    sent = [*scene.series.messages, *scene.updates.messages]
    assert not [message for message in sent if "queued" in message.body or "late" in message.body]


def test_a_student_who_sends_after_the_erasure_starts_anew() -> None:
    scene = Scene()
    scene.erasures.add([Tombstone(erasure_digest(KEY, "python-1", "ada"), NOW - timedelta(hours=1))])
    scene.consume([inbound(make_batch(make_event(eventId="new")).to_json())])
    assert scene.stored_ids() == {"new"}


def test_nothing_is_stored_until_the_erasures_are_published() -> None:
    scene = Scene()
    scene.erasures.published = False
    with pytest.raises(StoreUnavailable):
        scene.consume([inbound(make_batch(make_event(eventId="a")).to_json())])
    assert (scene.stored_ids(), scene.dead.messages) == (set(), [])
