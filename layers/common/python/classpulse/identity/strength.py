"""The PasswordStrength port: zxcvbn, which knows common passwords, words, names, dates, keyboards and repetition."""

from collections.abc import Sequence

# 3 of 4: "safely unguessable", which resists offline guessing of a slow hash. https://github.com/dropbox/zxcvbn
LEAST_SCORE = 3
# zxcvbn's time grows fast with the length; what follows can only make a password stronger.
MOST_CHARACTERS = 72


class ZxcvbnStrength:
    """The PasswordStrength port."""

    def is_weak(self, password: str, email: str, name: str) -> bool:
        """See PasswordStrength.is_weak."""
        # Imported here: its word lists would slow every cold start.
        from zxcvbn import zxcvbn

        found = zxcvbn(password[:MOST_CHARACTERS], user_inputs=_known_to_everybody(email, name))
        return bool(found["score"] < LEAST_SCORE)


def _known_to_everybody(email: str, name: str) -> Sequence[str]:
    local, _, domain = email.partition("@")
    return [email, local, domain, *domain.split("."), name, *name.split(), "classpulse"]
