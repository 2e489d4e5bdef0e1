"""Redaction of secrets that students paste into code, recognised by their format.

Every pattern runs in linear time: it begins with something rare, and contains no repetition inside an unbounded
repetition. Add new kinds to SECRETS; `tests/unit/ingest/test_privacy.py` checks the patterns.
"""

import re
from dataclasses import dataclass
from typing import Any

REDACTED = "[redacted]"


@dataclass(frozen=True)
class Secret:
    """A kind of secret. The pattern runs only on texts that contain a hint (lower case), which is cheap to check.

    The pattern's first group, if it has one, precedes the secret and is kept.
    """

    hints: tuple[str, ...]
    pattern: re.Pattern[str]

    def redact(self, text: str, lowered: str) -> str:
        """Return the text with secrets of this kind replaced by REDACTED."""
        if not any(hint in lowered for hint in self.hints):
            return text
        return self.pattern.sub(lambda match: (match[1] if self.pattern.groups else "") + REDACTED, text)


def _secret(hints: str, pattern: str) -> Secret:
    return Secret(tuple(hints.split()), re.compile(pattern))


SECRETS = (
    # Private keys: PEM, with the headers of an encrypted one, and OpenSSH.
    _secret(
        "-----begin",
        r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:\s{0,4}Proc-Type:[^\n]{0,80}\n)?(?:DEK-Info:[^\n]{0,200}\n)?"
        r"[^-]{0,20000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?",
    ),
    # AWS.
    _secret("akia asia", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    # GitHub, GitLab, Slack.
    _secret("ghp_ gho_ ghu_ ghs_ ghr_", r"\bgh[pousr]_[A-Za-z0-9]{36,255}"),
    _secret("github_pat_", r"\bgithub_pat_[A-Za-z0-9_]{22,255}"),
    _secret("glpat-", r"\bglpat-[A-Za-z0-9_-]{20,255}"),
    _secret("xox", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,255}"),
    # OpenAI and Anthropic, Google, Hugging Face, npm, PyPI.
    _secret("sk-", r"\bsk-[A-Za-z0-9_-]{20,255}"),
    _secret("aiza", r"\bAIza[A-Za-z0-9_-]{35}"),
    _secret("hf_", r"\bhf_[A-Za-z0-9]{30,255}"),
    _secret("npm_", r"\bnpm_[A-Za-z0-9]{36}"),
    _secret("pypi-", r"\bpypi-[A-Za-z0-9_-]{50,255}"),
    # ClassPulse's own class keys, and any JSON Web Token.
    _secret("cpk_", r"\bcpk_[A-Za-z0-9_-]{20,255}"),
    _secret("eyj", r"\beyJ[A-Za-z0-9_-]{5,4096}\.[A-Za-z0-9_-]{5,4096}\.[A-Za-z0-9_-]{5,4096}"),
    # scheme://user:password@host
    _secret("://", r"(://[^\s/:@\"']{1,256}:)[^\s/:@\"']{1,256}(?=@)"),
    # Authorization: Bearer …
    _secret("bearer basic", r"(?i:(\b(?:bearer|basic)\s))[A-Za-z0-9._~+/=-]{16,4096}"),
    # password = "…", {'api_key': '…'}, token="…": quoted text only, as variables and calls are not secrets.
    _secret(
        "passw passphrase secret token key",
        r"(?i:((?:password|passwd|passphrase|secret|token|api_?key|access_?key|private_?key|secret_?key)"
        r"[\"']?\]?[ \t]{0,8}[=:][ \t]{0,8}[bfru]{0,2}[\"']))[^\"'\n{}]{4,4096}(?=[\"'])",
    ),
)


def redact(text: str) -> str:
    """Return the text with each secret replaced by REDACTED."""
    lowered = text.lower()
    for secret in SECRETS:
        text = secret.redact(text, lowered)
    return text


def redact_all(value: Any) -> Any:
    """Return a JSON value with the secrets in all its strings redacted; field names stay."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, list):
        return [redact_all(item) for item in value]
    if isinstance(value, dict):
        return {name: redact_all(item) for name, item in value.items()}
    return value
