"""Joining: a class key gives a fresh id, a personal code the roster's own, and a teacher can end both."""

import base64
from datetime import timedelta
from threading import Thread

import pytest
from classpulse.classes.joining import CODE_INVALID, KEY_FULL, USER_ID_BY_CODE, USER_ID_BY_KEY
from classpulse.classes.personal_codes import new_code, normalised
from classpulse.classes.rosters import Student, checked
from classpulse.core.errors import Conflict, InvalidRequest, NotAdmitted, NotFound
from classpulse.ingest.privacy import pseudonym
from classpulse.progress.attending import Note
from classpulse.progress.postgres import PostgresProgress
from classpulse.progress.postgres_attention import PostgresAttention

from tests.contract.classes.joining_scene import PRIVACY_KEY, Scene

pytestmark = pytest.mark.on_both_installations


@pytest.mark.parametrize("pseudonymous", [False, True])
def test_a_class_key_gives_a_fresh_unverified_id_that_reads_nothing_of_others(scene: Scene, pseudonymous: bool) -> None:
    scene.classes.change("python-1", {"pseudonymous": pseudonymous}, revoke_student_tokens=False)
    for user_id in ("u2", pseudonym(PRIVACY_KEY, "python-1", "u2")):
        scene.stored(user_id, f"secret of {user_id}")
    first, second = scene.guest("Bob"), scene.guest("Bob")
    assert first.user_id != second.user_id
    assert all(len(one.user_id) == 22 and one.user_id.startswith("guest-") for one in (first, second))
    assert not first.verified
    assert scene.sends(first.token)
    export = scene.mine(first.token)
    assert (export.user_id, export.roster, export.progress, export.events) == (first.user_id, None, None, [])
    assert [(guest.user_name, guest.roster_user_id) for guest in scene.joining.guests("python-1")] == [
        ("Bob", None), ("Bob", None)
    ]  # fmt: skip


def test_a_key_admits_only_so_many_guests(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("classpulse.classes.postgres_joining.MOST_GUESTS", 2)
    first, _ = scene.guest(), scene.guest()
    with pytest.raises(Conflict) as refused:
        scene.guest()
    assert refused.value.problem == KEY_FULL
    new_key, _ = scene.classes.make_key("python-1", None, None, timedelta())
    assert not scene.joining.join(new_key, None, None).verified
    scene.joining.remove_guest("python-1", first.user_id)
    assert scene.sends(scene.guest().token)


@pytest.mark.parametrize("user_id", ["u2", "new", "", pseudonym(PRIVACY_KEY, "python-1", "u2")])
def test_a_class_key_never_gives_a_requested_id(scene: Scene, user_id: str) -> None:
    scene.stored("u2", "secret")
    with pytest.raises(InvalidRequest) as refused:
        scene.joining.join(scene.key, user_id, None)
    assert refused.value.problem == USER_ID_BY_KEY
    assert scene.joining.guests("python-1") == []


def test_an_id_that_is_in_use_is_drawn_again(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = [bytes([number]) * 10 for number in (1, 1, 2, 2, 3, 3, 4)]
    monkeypatch.setattr("classpulse.classes.joining.secrets.token_bytes", lambda _: drawn.pop(0))
    first = scene.guest()
    assert scene.guest().user_id != first.user_id
    third = "guest-" + base64.b32encode(bytes([3]) * 10).decode().lower()
    scene.stored(third, "somebody sent events under this id before")
    fresh = scene.guest().user_id
    assert fresh not in {first.user_id, third}
    assert PostgresProgress(scene.engine).read_student("python-1", fresh) is None


def test_a_personal_code_gives_the_rosters_id_once(scene: Scene) -> None:
    scene.stored("u2", "own work")
    code = scene.code("u2")
    with pytest.raises(InvalidRequest) as refused:
        scene.joining.join(code, "u1", None)
    assert refused.value.problem == USER_ID_BY_CODE
    joined = scene.joining.join(code.lower().replace("-", ""), None, None)
    assert (joined.user_id, joined.verified, scene.sends(joined.token)) == ("u2", True, True)
    assert [event.event_id for event in scene.mine(joined.token).events] == ["own work"]
    assert [entry.joined_at is not None for entry in scene.classes.repository.roster("python-1")] == [False, True]
    for invalid in (code, new_code()):
        with pytest.raises(NotAdmitted) as invalid_code:
            scene.joining.join(invalid, None, None)
        assert (invalid_code.value.status, invalid_code.value.problem) == (403, CODE_INVALID)


def test_a_code_that_two_devices_use_at_once_gives_one_token(scene: Scene) -> None:
    code, joined, refused = scene.code("u1"), [], []

    def join() -> None:
        try:
            joined.append(scene.joining.join(code, None, None))
        except NotAdmitted as error:
            refused.append(error.problem)

    threads = [Thread(target=join) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(joined), refused) == (1, [CODE_INVALID])


def test_an_expired_code_is_refused(scene: Scene) -> None:
    code = scene.code("u1")
    scene.now += timedelta(days=31)
    with pytest.raises(NotAdmitted) as refused:
        scene.joining.join(code, None, None)
    assert refused.value.problem == CODE_INVALID


@pytest.mark.parametrize("keep_tokens", [False, True])
def test_a_new_code_ends_the_former_code_and_unless_kept_the_former_tokens(scene: Scene, keep_tokens: bool) -> None:
    unused = scene.code("u1")
    joined = scene.joining.join(scene.code("u1"), None, None)
    with pytest.raises(NotAdmitted):
        scene.joining.join(unused, None, None)
    other = scene.token("u2")
    again = scene.joining.join(scene.code("u1", keep_tokens=keep_tokens), None, None)
    assert [scene.sends(token) for token in (joined.token, again.token, other)] == [keep_tokens, True, True]


def test_codes_are_for_those_who_have_not_joined_unless_students_are_named(scene: Scene) -> None:
    scene.joining.join(scene.code("u1"), None, None)
    codes = scene.joining.personal_codes("python-1", None, 30, keep_tokens=False)
    assert [code.user_id for code in codes] == ["u2"]
    for unknown in (["u1", "nobody"], [scene.guest().user_id]):
        with pytest.raises(NotFound):
            scene.joining.personal_codes("python-1", unknown, 30, keep_tokens=False)
    assert scene.joining.join(codes[0].code, None, None).user_id == "u2"


def test_a_code_has_80_bits_and_is_read_in_any_spelling() -> None:
    code = new_code()
    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4]
    assert normalised(f" {code.lower()} ") == code.replace("-", "")
    assert normalised("oil0-0000-0000-0000") == "0110000000000000"
    assert [normalised(text) for text in ("", "cpk_short", "a.b.c", code[:-1], f"{code}0", "uuuu-0000-0000-0000")] == (
        [None] * 6
    )


def test_a_verified_identity_gets_the_rosters_id_only(scene: Scene) -> None:
    joined = scene.joining.join_verified("python-1", "u1")
    assert (joined.user_id, joined.verified, scene.sends(joined.token)) == ("u1", True, True)
    with pytest.raises(NotFound):
        scene.joining.join_verified("python-1", "nobody")


def test_the_data_of_a_linked_guest_belong_to_the_student_on_the_roster(scene: Scene) -> None:
    guest, own = scene.guest("Ada?"), scene.token("u1")
    scene.stored("u1", "own work")
    scene.stored(guest.user_id, "work as a guest")
    attention = PostgresAttention(scene.engine)
    for user_id in ("u1", guest.user_id):
        attention.attend("python-1", user_id, Note(action="note", note="PRIVATE NOTE"), scene.now)
    scene.joining.link_guest("python-1", guest.user_id, "u1")
    export = scene.mine(own)
    assert [event.event_id for event in export.events] == ["own work", "work as a guest"]
    assert export.progress is not None
    assert [export.progress.user_id, *(other.user_id for other in export.others)] == ["u1", guest.user_id]
    assert "PRIVATE NOTE" not in export.model_dump_json()
    guests = (guest.user_id, pseudonym(PRIVACY_KEY, "python-1", guest.user_id))
    assert [entry.guest_ids for entry in scene.classes.repository.roster("python-1")] == [guests, ()]
    # Whoever holds the class key can pretend to be anybody, so a guest's token never reads the student's own data.
    assert [event.event_id for event in scene.mine(guest.token).events] == ["work as a guest"]

    scene.joining.link_guest("python-1", guest.user_id, None)
    assert [event.event_id for event in scene.mine(own).events] == ["own work"]


def test_a_guest_is_linked_to_a_student_on_the_roster_or_removed_with_its_tokens(scene: Scene) -> None:
    guest = scene.guest()
    for user_id, roster_user_id in ((guest.user_id, "nobody"), ("guest-nobody", "u1"), ("u2", "u1")):
        with pytest.raises(NotFound):
            scene.joining.link_guest("python-1", user_id, roster_user_id)
    with pytest.raises(NotFound):
        scene.joining.remove_guest("python-1", "u2")
    scene.joining.remove_guest("python-1", guest.user_id)
    assert not scene.sends(guest.token)
    assert scene.joining.guests("python-1") == []


def test_ids_in_a_form_that_the_server_makes_are_not_given_out(scene: Scene) -> None:
    stored_as = pseudonym(PRIVACY_KEY, "python-1", "u2")
    with pytest.raises(InvalidRequest):
        scene.joining.student_tokens("python-1", [stored_as], 30, keep_tokens=False)
    for reserved in (stored_as, stored_as.upper(), scene.guest().user_id):
        with pytest.raises(InvalidRequest, match="form of a"):
            checked([("line 2", Student(reserved))])
