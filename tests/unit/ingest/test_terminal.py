"""Output is folded as a terminal shows it."""

import pytest
from classpulse.ingest.terminal import fold
from hypothesis import given
from hypothesis import strategies as st

RED, RESET, UP, ERASE, ERASE_LINE = "\x1b[31m", "\x1b[0m", "\x1b[A", "\x1b[K", "\x1b[2K"


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("a\r\nb\r\n", "a\nb\n"),
        ("a\r\r\nb", "a\nb"),
        (" 10%\r 20%\r100%\ndone", "100%\ndone"),
        ("\r 10%\r 20%", " 20%"),
        ("100%\r", "100%"),
        # A shorter text leaves the rest of the longer one.
        ("downloading\rdone", "doneloading"),
        (f"downloading\r{ERASE}done", "done"),
        (f"downloading\r\x1b[0Kdone{ERASE}", "done"),
        (f"downloading{ERASE_LINE}\rdone", "done"),
        ("abc\b\bX", "aXc"),
        ("abc\b \b", "ab "),
        ("\b\b\ba", "a"),
        ("a\n\bb", "a\nb"),
        # Nested progress bars, as tqdm prints them.
        (f"outer 0\ninner 0\rinner 9\n{UP}{UP}\router 1\ninner 1", "outer 1\ninner 1\n"),
        ("one\ntwo\x1b[1A\r\x1b[2Kthree", "three\ntwo"),
        ("a\x1b[9Ab", "ab"),
        ("abc\x1b[2DX", "aXc"),
        ("abc\x1b[GX\x1b[3GY", "XbY"),
        ("abc\r\x1b[2CX", "abX"),
        ("a\nb\x1b[A\x1b[5Bc", "a\nbc"),
        ("\x1b[?25l10%\r20%\x1b[?25h", "20%"),
        # Wide characters and marks count as one.
        ("進捗 1\r進捗 2", "進捗 2"),
    ],
)
def test_moves_are_carried_out(printed: str, shown: str) -> None:
    assert fold(printed) == shown


def test_colours_stay_and_take_no_width() -> None:
    assert fold(f"{RED}10%{RESET}\r{RED}20%{RESET}") == f"{RESET}{RED}20%{RESET}"
    assert fold(f"ab{RED}cd{RESET}\rX") == f"{RESET}Xb{RED}cd"
    text = f"{RED}ValueError{RESET}: no\n"
    assert fold(text) is text


@pytest.mark.parametrize("text", ["", "a\nb\n\n", "\tx\x0c", "\x1b", "\x1b[", "\x1b]8;;url\x1b\\", "\x1b[1;31mred"])
def test_text_without_moves_stays_as_it_is(text: str) -> None:
    assert fold(text) is text


def test_a_progress_bar_is_its_last_state() -> None:
    assert fold("\r00001 [----------]" * 20_000 + "\nloss=0.31") == "00001 [----------]\nloss=0.31"


_pieces = st.lists(
    st.sampled_from(["\r", "\n", "\b", "\r\n", UP, "\x1b[2B", "\x1b[3C", "\x1b[D", ERASE, ERASE_LINE, "\x1b[7G", RED])
    | st.text("ab ", min_size=1, max_size=5),
    max_size=30,
)


@given(_pieces)
def test_what_is_shown_moves_nothing_and_is_no_longer(pieces: list[str]) -> None:
    printed = "".join(pieces)
    shown = fold(printed)
    assert fold(shown) is shown
    assert len(shown) <= len(printed)
    assert shown.replace(RED, "").replace("\n", "").strip("ab ") == ""


@given(st.lists(st.text("ab ", max_size=5), min_size=1))
def test_carriage_returns_overwrite_from_the_start(texts: list[str]) -> None:
    shown = ""
    for text in texts:
        shown = text + shown[len(text) :]
    assert fold("\r".join(texts)) == shown
