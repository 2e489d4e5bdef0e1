"""AttentionStore: the actions of teachers on students, in memory and on PostgreSQL."""

from datetime import datetime, timedelta

import pytest
from classpulse.core.errors import AlreadyClaimed
from classpulse.progress.attending import AttentionChange, Claim, Note, Release, Resolve, Snooze
from classpulse.progress.attention import Attention
from classpulse.progress.model import StudentProgress

from tests.builders import ERROR, NOW, make_event, run
from tests.contract.progress.stores import Store

pytestmark = pytest.mark.on_both_installations

CLASS = "python-1"


def attend(store: Store, change: AttentionChange, now: datetime) -> StudentProgress:
    """Apply an action to Ada, a known student."""
    changed = store.attend(CLASS, "ada", change, now)
    assert changed is not None
    return changed


def test_each_action_of_a_teacher_makes_a_revision_that_everyone_reads(store: Store) -> None:
    store.store([run(1, "ada", 1, **ERROR), run(1, "bob", 1)])
    claimed = attend(store, Claim(action="claim", by="Ms Sato"), NOW)
    assert (claimed.revision, claimed.attention) == (2, Attention(claimed_by="Ms Sato", claimed_at=NOW))
    assert store.read_class(CLASS).revision == 2
    assert claimed in store.read_class(CLASS, since=1).students
    found = store.read_student(CLASS, "ada")
    assert found is not None
    assert found[0] == claimed
    later = NOW + timedelta(minutes=1)
    with pytest.raises(AlreadyClaimed):
        attend(store, Claim(action="claim", by="Mr Abe"), later)
    assert store.read_class(CLASS).revision == 2
    again = attend(store, Claim(action="claim", by="Ms Sato"), later)
    assert again.attention == claimed.attention
    attend(store, Note(action="note", note="knows slices"), later)
    snoozed = attend(store, Snooze(action="snooze", minutes=10), later)
    assert snoozed.attention is not None
    assert snoozed.attention.snoozed_until == later + timedelta(minutes=10)
    assert snoozed.attention.note == "knows slices"
    released = attend(store, Release(action="release"), later)
    assert released.attention is not None
    assert (released.attention.claimed_by, released.attention.claimed_at) == (None, None)


def test_a_resolution_records_its_state_and_survives_the_next_run(store: Store) -> None:
    store.store([run(1, "ada", 1, **ERROR), run(2, "ada", 1, eventType="help")])
    resolved = attend(store, Resolve(action="resolve"), NOW)
    raised = make_event(second=0).event_time + timedelta(seconds=2)
    assert resolved.attention == Attention(resolved_at=NOW, resolved_errors=1, resolved_help=raised)
    (stored,) = store.store([run(3, "ada", 1, **ERROR)])
    assert stored.students[0].attention == resolved.attention
    assert stored.revision == 3
