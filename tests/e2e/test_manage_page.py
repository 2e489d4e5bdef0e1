"""Management of a class in a real browser: settings, members, keys, roster."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import assert_accessible, row
from tests.e2e.stack import Stack, event, eventually

CSV = "userId,userName,teamName\nada,Ada Lovelace,East\nbob,Bob Noyce,West\n"


def register(stack: Stack, class_id: str, **settings: Any) -> None:
    """Register a class with a roster, as the operator."""
    classes = "/api/v1/manage/classes"
    stack.http.post(classes, json={"classId": class_id, "title": "Python", **settings}).raise_for_status()
    stack.http.put(f"{classes}/{class_id}/roster", json={"csv": CSV}).raise_for_status()


def appoint(stack: Stack, class_id: str, name: str, **grant: Any) -> str:
    """Create an account and add it to the class; return its address."""
    email = stack.account(name)
    stack.http.put(f"/api/v1/manage/classes/{class_id}/members/{email}", json=grant).raise_for_status()
    return email


def key_of(stack: Stack, class_id: str) -> str:
    return str(stack.http.post(f"/api/v1/manage/classes/{class_id}/keys", json={}).raise_for_status().json()["key"])


def send(stack: Stack, key: str, *events: dict[str, Any]) -> httpx.Response:
    """Post as a notebook with a key of its class does."""
    headers = {"authorization": f"Bearer {key}"}
    return httpx.post(stack.ready["ingest_url"], json=list(events), headers=headers, timeout=30, trust_env=False)


def pseudonyms(stack: Stack, class_id: str) -> dict[str, str]:
    students = stack.get(f"manage/classes/{class_id}/roster")["students"]
    return {student["userId"]: student["pseudonym"] for student in students}


@pytest.fixture
def enter(stack: Stack, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a new page, signed in as the account."""
    pages: list[Page] = []

    def go(email: str, hash_: str = "") -> Page:
        pages.append(browser.new_page(locale="en-GB"))
        pages[-1].goto(stack.link(email) + hash_)
        return pages[-1]

    yield go
    for page in pages:
        page.close()


def test_a_teacher_creates_a_class_and_its_notebooks_can_connect(
    stack: Stack, enter: Callable[..., Page], class_id: str
) -> None:
    page = enter(stack.account("Sato", may_create_classes=True))
    page.get_by_role("button", name="New class").click()
    page.get_by_label("Class ID").fill(class_id)
    page.get_by_label("Title").fill("Python for all")
    page.get_by_role("button", name="Create class").click()
    expect(page.get_by_test_id("class")).to_contain_text(f"Python for all ({class_id})")
    page.get_by_role("link", name="Class settings").click()
    page.get_by_test_id("make-keys").click()
    key = page.get_by_test_id("fresh-key").get_by_role("textbox").input_value()
    assert key.startswith("cpk_")
    page.get_by_role("button", name="I have copied it").click()
    page.reload()
    expect(page.get_by_test_id("keys")).to_contain_text(key[-4:])
    assert key not in page.content(), "a key is shown once"
    assert_accessible(page)
    send(stack, key, event("1")).raise_for_status()
    page.get_by_role("link", name="Who needs help").click()
    expect(row(page, "ada")).to_be_visible()


def test_a_key_is_rotated_with_an_overlap_and_revoked_at_once(
    stack: Stack, enter: Callable[..., Page], class_id: str
) -> None:
    register(stack, class_id)
    old = key_of(stack, class_id)
    page = enter(appoint(stack, class_id, "Sato", role="co-instructor"), f"#/class/{class_id}/settings")
    page.get_by_role("button", name="Rotate the key").click()
    page.get_by_label("Keep the old key valid for").select_option("1 hour")
    page.get_by_test_id("rotate").click()
    new = page.get_by_test_id("fresh-key").get_by_role("textbox").input_value()
    assert [send(stack, key, event(key[-9:])).status_code for key in (old, new)] == [202, 202]
    page.get_by_role("button", name=f"Revoke the key {old[-4:]}").click()
    page.get_by_test_id("confirm").click()
    expect(page.get_by_test_id("keys")).to_contain_text("revoked")
    assert [send(stack, key, event(f"2{key[-9:]}")).status_code for key in (old, new)] == [403, 202]


def test_an_address_with_a_key_is_switched_on_and_off_in_the_settings(
    stack: Stack, enter: Callable[..., Page], class_id: str
) -> None:
    register(stack, class_id)
    page = enter(appoint(stack, class_id, "Sato", role="instructor"), f"#/class/{class_id}/settings")
    expect(page.get_by_text("Switched off")).to_be_visible()
    page.get_by_test_id("make-addresses").click()
    expect(page.get_by_role("dialog")).to_contain_text("in the name of any student")
    page.get_by_test_id("confirm").click()
    address = page.get_by_test_id("fresh-key").get_by_role("textbox").input_value()
    key = address.removesuffix("/events").rpartition("/")[2]
    assert address.startswith(f"{stack.http.base_url}/api/v1/keyed/cpp_")
    page.get_by_role("button", name="I have copied it").click()
    page.reload()
    expect(page.get_by_test_id("addresses")).to_contain_text(key[-4:])
    assert key not in page.content() + page.url, "an address is shown once"
    assert_accessible(page)
    assert httpx.post(address, json=[event("1")], trust_env=False).status_code == 202
    page.get_by_role("button", name=f"Revoke the address with the key {key[-4:]}").click()
    page.get_by_test_id("confirm").click()
    expect(page.get_by_text("Switched off")).to_be_visible()
    assert httpx.post(address, json=[event("2")], trust_env=False).status_code == 403


def test_an_invalid_roster_is_refused_with_its_lines(stack: Stack, enter: Callable[..., Page], class_id: str) -> None:
    register(stack, class_id)
    page = enter(appoint(stack, class_id, "Sato", role="instructor"), f"#/class/{class_id}/settings")
    expect(page.get_by_test_id("roster")).to_contain_text("Ada Lovelace")
    paste = page.get_by_label("or paste it here")
    paste.fill("userId,userName\ncid,Cid\n,Nobody\n")
    page.get_by_test_id("import").click()
    expect(page.get_by_role("alert")).to_contain_text("line 3")
    assert "cid" in paste.input_value(), "the text stays in the field for correction"
    page.get_by_label("CSV file").set_input_files(
        {
            "name": "roster.csv",
            "mimeType": "text/csv",
            "buffer": "userId;userName\nada;Ada King\ncid;山田\n".encode("cp932"),
        }
    )
    page.get_by_test_id("import").click()
    expect(page.get_by_test_id("imported")).to_have_text("1 added, 1 changed, 1 removed.")
    expect(page.get_by_test_id("roster")).to_contain_text("山田")


def test_saved_settings_apply_to_new_events(stack: Stack, enter: Callable[..., Page], class_id: str) -> None:
    register(stack, class_id)
    page = enter(appoint(stack, class_id, "Sato", role="instructor"), f"#/class/{class_id}/settings")
    page.get_by_role("radio", name="Presence").check()
    page.get_by_test_id("save-settings").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_role("radio", name="Presence")).to_be_checked()
    send(stack, key_of(stack, class_id), event("1", code="x = 1", result="1")).raise_for_status()
    eventually(lambda: stack.stored_ids(class_id))
    fact = stack.get(f"classes/{class_id}/events")["events"][0]
    assert "code" not in fact
    assert "result" not in fact


def test_members_with_access_to_the_roster_see_names_for_pseudonyms(
    stack: Stack, enter: Callable[..., Page], class_id: str
) -> None:
    register(stack, class_id, pseudonymous=True)
    send(stack, key_of(stack, class_id), event("1", userName="Ada Lovelace")).raise_for_status()
    pseudonym = pseudonyms(stack, class_id)["ada"]
    page = enter(appoint(stack, class_id, "Sato", role="co-instructor"), f"#/class/{class_id}/help")
    expect(row(page, pseudonym)).to_contain_text("Ada Lovelace")
    page.get_by_test_id("names").click()
    expect(row(page, pseudonym)).not_to_contain_text("Ada")

    assistant = enter(appoint(stack, class_id, "Ito", role="assistant"), f"#/class/{class_id}/help")
    expect(row(assistant, pseudonym)).to_contain_text(pseudonym)
    assert "Lovelace" not in assistant.content()
    expect(assistant.get_by_role("link", name="Class settings")).to_have_count(0)
    assistant.goto(f"{assistant.url.partition('#')[0]}#/class/{class_id}/settings")
    expect(assistant.get_by_text("Only instructors and co-instructors")).to_be_visible()


def test_a_guest_is_linked_to_the_roster_and_shown_with_its_name(
    stack: Stack, enter: Callable[..., Page], class_id: str
) -> None:
    register(stack, class_id)
    bearer = {"authorization": f"Bearer {key_of(stack, class_id)}"}
    address = f"{stack.http.base_url}/api/v1/manage/join"
    joined = httpx.post(address, json={"userName": "\u0410da"}, headers=bearer, timeout=30, trust_env=False).json()
    send(stack, joined["token"], event("1", joined["userId"], userName="The Dean")).raise_for_status()
    page = enter(appoint(stack, class_id, "Sato", role="instructor"), f"#/class/{class_id}/settings")
    expect(page.get_by_test_id("guests").get_by_test_id("doubt")).to_contain_text("U+0410")
    help_page = f"{page.url.partition('#')[0]}#/class/{class_id}/help"
    page.goto(help_page)
    expect(row(page, joined["userId"])).to_contain_text("The Dean (unverified)")
    page.goto(help_page.replace("/help", "/settings"))
    page.get_by_label("The student on the roster who is \u0410da").fill("ada")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("guests")).to_contain_text("Ada Lovelace")
    assert_accessible(page)
    with page.expect_download() as download:
        page.get_by_test_id("make-codes").click()
    code = download.value.path().read_text("utf-8-sig").splitlines()[1].rpartition(",")[2]
    own = httpx.post(address, json={}, headers={"authorization": f"Bearer {code}"}, timeout=30, trust_env=False).json()
    assert (own["userId"], own["verified"]) == ("ada", True)
    page.goto(help_page)
    page.reload()
    expect(row(page, joined["userId"])).to_contain_text("Ada Lovelace")
    expect(row(page, joined["userId"])).not_to_contain_text("The Dean")
    expect(row(page, joined["userId"])).not_to_contain_text("unverified")


def test_ids_that_look_alike_are_marked_on_every_page(stack: Stack, enter: Callable[..., Page], class_id: str) -> None:
    register(stack, class_id)
    key, other = key_of(stack, class_id), "\u0430da"
    send(
        stack, key, event("1", userName="Ada"), event("2", other, userName="Ada"), event("3", "bob")
    ).raise_for_status()
    page = enter(appoint(stack, class_id, "Sato", role="instructor"), f"#/class/{class_id}/help")
    expect(row(page, other)).to_contain_text("Ada ⚠")
    expect(row(page, "ada")).to_contain_text("Ada Lovelace ⚠")
    expect(row(page, "bob")).not_to_contain_text("⚠")
    expect(row(page, other).get_by_role("link")).to_have_attribute(
        "title", "The ID \u0430da (U+0430) looks like the ID of another student: ada."
    )
    row(page, other).get_by_role("link").click()
    expect(page.get_by_test_id("doubt")).to_contain_text("U+0430")
    assert_accessible(page)


def test_an_assistant_of_a_team_sees_only_that_team(stack: Stack, enter: Callable[..., Page], class_id: str) -> None:
    register(stack, class_id)
    csv = f"{CSV}cid,Cid,East\n"
    stack.http.put(f"/api/v1/manage/classes/{class_id}/roster", json={"csv": csv}).raise_for_status()
    page = enter(appoint(stack, class_id, "Ito", role="assistant", teamName="East"), f"#/class/{class_id}/help")
    key = key_of(stack, class_id)
    send(stack, key, event("1", teamName="East"), event("2", "bob", teamName="West")).raise_for_status()
    expect(row(page, "ada")).to_be_visible()
    send(stack, key, event("3", "bob", teamName="West"), event("4", "cid", teamName="East")).raise_for_status()
    expect(row(page, "cid")).to_be_visible()
    expect(page.get_by_test_id("student")).to_have_count(2)


def test_members_are_added_and_removed_except_the_last_instructor(
    stack: Stack, enter: Callable[..., Page], class_id: str
) -> None:
    register(stack, class_id)
    sato = appoint(stack, class_id, "Sato", role="instructor")
    page = enter(sato, f"#/class/{class_id}/settings")
    ito = stack.account("Ito")
    form = page.get_by_role("form", name="Add a member")
    # An address without an account is listed as one with an account.
    form.get_by_label("Email address").fill("nobody@example.org")
    form.get_by_test_id("add-member").click()
    expect(page.get_by_test_id("members")).to_contain_text("nobody@example.org")
    form.get_by_label("Email address").fill(ito)
    form.get_by_label("Team").last.fill("East")
    form.get_by_test_id("add-member").click()
    expect(page.get_by_test_id("members")).to_contain_text(ito)

    member = enter(ito, f"#/class/{class_id}/help")
    expect(member.get_by_test_id("connection")).to_have_attribute("data-state", "live")
    page.get_by_role("button", name=f"Remove {ito}").click()
    page.get_by_test_id("confirm").click()
    expect(page.get_by_test_id("members")).not_to_contain_text(ito)
    expect(member.get_by_test_id("closed")).to_be_visible(timeout=20_000)

    page.get_by_role("button", name=f"Remove {sato}").click()
    page.get_by_test_id("confirm").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("A class needs an instructor")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=f"Remove {sato}")).to_be_focused()


def test_the_page_of_a_class_of_others_says_that_it_does_not_exist(
    stack: Stack, enter: Callable[..., Page], class_id: str
) -> None:
    register(stack, class_id)
    page = enter(stack.account("Mallory"), f"#/class/{class_id}/help")
    expect(page.get_by_test_id("closed")).to_contain_text(f"The class “{class_id}” does not exist")
    assert class_id not in page.get_by_test_id("class").inner_text().replace(class_id, "", 1)
    assert_accessible(page)


@pytest.mark.parametrize("locale", ["en-GB", "ja-JP"])
def test_the_settings_page_is_accessible_and_fits_a_phone(
    stack: Stack, browser: Browser, class_id: str, locale: str
) -> None:
    register(stack, class_id, pseudonymous=True)
    key_of(stack, class_id)
    email = appoint(stack, class_id, "Sato", role="instructor")
    page = browser.new_page(
        locale=locale,
        viewport={"width": 360, "height": 740},
        color_scheme="dark" if locale == "ja-JP" else "light",
    )
    page.goto(f"{stack.link(email)}#/class/{class_id}/settings")
    expect(page.get_by_test_id("roster")).to_be_visible()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()
