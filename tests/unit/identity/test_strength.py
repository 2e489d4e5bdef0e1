"""Which passwords can be guessed."""

import subprocess
import sys
from pathlib import Path

import pytest
from classpulse.identity import strength
from classpulse.identity.strength import MOST_CHARACTERS, ZxcvbnStrength

EMAIL, NAME = "ada.lovelace@example.org", "Ada Lovelace"
LAYER = Path(__file__).parents[3] / "layers/common/python"


@pytest.mark.parametrize(
    "password",
    [
        *("passwordpassword", "Password2026!", "qwertyuiopas", "1qaz2wsx3edc4rfv", "iloveyouiloveyou"),
        *("aaaaaaaaaaaaaaaa", "abcdefghijklmnop", "classpulse1234"),
        *("ada.lovelace@example.org", "Ada Lovelace!"),
    ],
)
def test_common_words_keyboards_repetition_and_the_accounts_own_data_are_weak(password: str) -> None:
    assert ZxcvbnStrength().is_weak(password, EMAIL, NAME)


@pytest.mark.parametrize(
    "password", ["correct horse battery", "an even better password", "Xk9#vT2!mQ7z", "夜の海に白い灯台が立つ"]
)
def test_several_words_or_random_characters_are_strong(password: str) -> None:
    assert not ZxcvbnStrength().is_weak(password, EMAIL, NAME)


@pytest.mark.parametrize("password", ["correct horse battery" + "x" * 1003, "4@8({[<369!1|7+0$5%2" * 51])
def test_only_the_beginning_of_a_long_password_is_read(password: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ZxcvbnStrength().is_weak(password, EMAIL, NAME) == ZxcvbnStrength().is_weak(
        password[:MOST_CHARACTERS], EMAIL, NAME
    )
    # zxcvbn itself refuses more.
    monkeypatch.setattr(strength, "MOST_CHARACTERS", MOST_CHARACTERS + 1)
    with pytest.raises(ValueError, match="exceeds max length"):
        ZxcvbnStrength().is_weak(password, EMAIL, NAME)


def test_the_word_lists_are_loaded_when_a_password_is_checked() -> None:
    program = "import sys; import classpulse.identity.strength; print('zxcvbn' in sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": str(LAYER)}, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "False"
