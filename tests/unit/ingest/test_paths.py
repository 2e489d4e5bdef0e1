"""One notebook has one path, however a client writes it."""

import unicodedata

import pytest
from classpulse.ingest.events import MAX_PATH_LENGTH
from classpulse.ingest.paths import normal_path, normalise_paths
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import make_event


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("RTC:l.ipynb", "l.ipynb"),
        ("RTC:course/l.ipynb", "course/l.ipynb"),
        ("GDrive:/My Drive/l.ipynb", "My Drive/l.ipynb"),
        ("s3:bucket/l.ipynb", "bucket/l.ipynb"),
        ("RTC:GDrive:l.ipynb", "l.ipynb"),
        ("RTC:./l.ipynb", "l.ipynb"),
        ("./l.ipynb", "l.ipynb"),
        ("././course/./l.ipynb", "course/l.ipynb"),
        ("course//l.ipynb", "course/l.ipynb"),
        ("course/../l.ipynb", "l.ipynb"),
        ("../course/../l.ipynb", "../l.ipynb"),
        ("../../l.ipynb", "../../l.ipynb"),
        ("/../l.ipynb", "/l.ipynb"),
        ("//home//ada/l.ipynb", "/home/ada/l.ipynb"),
        ("course\\l.ipynb", "course/l.ipynb"),
        ("c:\\Users\\Ada Lovelace\\l.ipynb", "C:/Users/Ada Lovelace/l.ipynb"),
        (unicodedata.normalize("NFD", "Übung é が.ipynb"), "Übung é が.ipynb"),
    ],
)
def test_the_same_notebook_has_one_path(written: str, normal: str) -> None:
    assert normal_path(written) == normal
    event = normalise_paths(make_event(notebookPath=written, oldPath=written))
    assert (event.notebook_path, event.old_path) == (normal, normal)
    assert (event.model_extra or {}) == ({} if written == normal else {"claimedNotebookPath": written})


@pytest.mark.parametrize(
    "path",
    [
        "l.ipynb",
        "/l.ipynb",
        "~/l.ipynb",
        "a..b/...ipynb",
        ".hidden/l.ipynb",
        "Part one: loops.ipynb",
        "Part: loops.ipynb",
        "https://example.org//a/../l.ipynb",
        "file:///home/ada/l.ipynb",
        "C:/course/l.ipynb",
        "RTC:",
        "./",
        "/",
        "a/..",
    ],
)
def test_other_paths_stay_as_they_are(path: str) -> None:
    event = make_event(notebookPath=path)
    assert normalise_paths(event) is event


def test_a_path_that_would_grow_too_long_stays() -> None:
    path = "\N{DEVANAGARI LETTER QA}" * MAX_PATH_LENGTH
    assert len(unicodedata.normalize("NFC", path)) > MAX_PATH_LENGTH
    assert normal_path(path) == path


@given(st.text(st.sampled_from("ab.:/\\éC ") | st.characters(), max_size=30).filter(bool))
def test_a_normal_path_is_normal(path: str) -> None:
    assert normal_path(normal_path(path)) == normal_path(path) != ""
