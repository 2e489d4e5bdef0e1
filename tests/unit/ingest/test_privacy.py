"""The fields of an event that each privacy level keeps, without secrets."""

import json
import re
import re._parser as sre  # type: ignore[import-not-found]  # CPython's own parser has no stubs
from typing import Any

import pytest
from classpulse.core.privacy_level import PrivacyLevel
from classpulse.ingest import identities
from classpulse.ingest.events import Event
from classpulse.ingest.privacy import ClassPolicy, code_hash, protect, pseudonym, stricter
from classpulse.ingest.redaction import REDACTED, SECRETS, redact, redact_all
from classpulse.ingest.secret_kinds import NAMED_KEY
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import make_event

KEY = b"a privacy key of the tests"
FAILED = {
    "userName": "Ada", "teamName": "red", "sessionId": "s", "code": "print(mark)", "hasError": True, "result": "mark",
    "errorMessage": "NameError: name 'mark' is not defined", "executionCount": 3, "executionDurationMs": 1.5,
    "metadata": {"mark": "mark"}, "ownField": "mark", "claimedEventTime": "2099-01-01T00:00:00Z", "runId": "run-1",
    "claimedEventType": "cell_executed", "expectedError": True, "oldPath": "draft.ipynb", "reason": "interrupt",
}  # fmt: skip
WORKED = FAILED | {"hasError": False, "errorMessage": None}


def kept(event: Event, policy: ClassPolicy | None) -> dict[str, Any]:
    """Return the queued event."""
    protected = protect(event, "python-1", policy, KEY)
    found: dict[str, Any] = json.loads(protected.model_dump_json(by_alias=True, exclude_none=True))
    return found


def at(level: str, **settings: Any) -> ClassPolicy:
    return ClassPolicy(class_id="python-1", privacy=PrivacyLevel(level), **settings)


def sent(event: Event) -> dict[str, Any]:
    return dict(json.loads(event.model_dump_json(by_alias=True, exclude_none=True)))


@pytest.mark.parametrize("fields", [FAILED, WORKED], ids=["failed", "worked"])
@pytest.mark.parametrize("policy", [None, at("full")], ids=["not registered", "registered"])
def test_full_keeps_every_field(fields: dict[str, Any], policy: ClassPolicy | None) -> None:
    event = make_event(**fields)
    assert kept(event, policy) == sent(event)


def test_errors_keeps_failed_runs_and_no_content_of_successful_ones() -> None:
    failed, worked = make_event(**FAILED), make_event(**WORKED)
    assert kept(failed, at("errors")) == sent(failed)
    found = kept(worked, at("errors"))
    assert "mark" not in json.dumps(found)
    assert sent(worked).keys() - found.keys() == {"code", "result", "metadata", "ownField"}
    # Only a failed run has an error to show.
    assert "mark" not in json.dumps(kept(make_event(eventType="cell_started", code="mark"), at("errors")))


def test_hash_keeps_a_hash_of_the_code_and_the_name_of_the_error() -> None:
    found = kept(make_event(**FAILED), at("hash"))
    assert "mark" not in json.dumps(found)
    assert found["code"] == code_hash(KEY, "python-1", "print(mark)")
    assert re.fullmatch(r"hmac-sha256:[0-9a-f]{64}", found["code"])
    assert (found["errorMessage"], found["hasError"], found["executionDurationMs"]) == ("NameError", True, 1.5)
    again, other = (kept(make_event(code=code), at("hash"))["code"] for code in ("print(mark)", "print(mark) "))
    assert again == found["code"] != other
    assert code_hash(KEY, "python-2", "print(mark)") != found["code"]


def test_presence_keeps_student_place_and_time() -> None:
    event = make_event(**FAILED)
    assert kept(event, at("presence")).keys() == {
        "eventId", "eventType", "eventTime", "userId", "userName", "teamName", "sessionId", "notebookPath", "cellId",
        "cellIndex", "claimedEventTime", "claimedEventType", "oldPath", "runId",
    }  # fmt: skip


@given(st.sampled_from(PrivacyLevel), st.sampled_from(PrivacyLevel))
def test_a_student_may_lower_the_privacy_level_but_never_raise_it(
    of_class: PrivacyLevel, of_student: PrivacyLevel
) -> None:
    event = make_event(**FAILED, consent=of_student.value)
    strictest = stricter(of_class, of_student)
    assert kept(event, at(of_class)) == kept(event, at(strictest))
    assert list(PrivacyLevel).index(strictest) == max(map(list(PrivacyLevel).index, (of_class, of_student)))
    # The consent is stored with the event, and applies to unregistered classes too.
    assert kept(event, at(of_class))["consent"] == of_student
    assert kept(event, None) == kept(event, at(of_student))


def test_a_pseudonymous_class_has_no_names() -> None:
    found = kept(make_event(**FAILED), at("full", pseudonymous=True))
    assert found["userId"] == pseudonym(KEY, "python-1", "ada")
    assert re.fullmatch(r"s-[0-9a-f]{20}", found["userId"])
    assert "userName" not in found
    assert found["teamName"] == "red"


@pytest.mark.parametrize("name", ["user_id", "user_name", "email_address", "emailAddress"])
@pytest.mark.parametrize("level", PrivacyLevel)
def test_an_extra_field_named_like_an_attribute_replaces_nothing(name: str, level: PrivacyLevel) -> None:
    event = make_event(**FAILED | {name: "ada@example.org"})
    assert kept(event, at(level))["userId"] == "ada"
    found = kept(event, at(level, pseudonymous=True))
    assert found["userId"] == pseudonym(KEY, "python-1", "ada")
    assert "ada@example.org" not in json.dumps(found)


@given(st.text(), st.text(), st.text(), st.text())
def test_pseudonyms_differ_with_the_student_and_the_class(user: str, other: str, group: str, another: str) -> None:
    assert (pseudonym(KEY, group, user) == pseudonym(KEY, group, other)) is (user == other)
    assert (pseudonym(KEY, group, user) == pseudonym(KEY, another, user)) is (group == another)
    assert pseudonym(b"another key", group, user) != pseudonym(KEY, group, user)


SECRET_TEXTS = {
    "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\nMARK\n-----END OPENSSH PRIVATE KEY-----": "",
    "aws = AKIA" + "MARK" * 4: "aws = ",
    "ghp_" + "MARK" * 9: "",
    "github_pat_" + "MARK" * 9: "",
    "glpat-" + "MARK" * 5: "",
    "xoxb-123456789-MARK": "",
    "key sk-proj-" + "MARK" * 6: "key ",
    "AIza" + "MARK" * 8 + "abc": "",
    "hf_" + "MARK" * 8: "",
    "npm_" + "MARK" * 9: "",
    "pypi-" + "MARK" * 13: "",
    "cpk_" + "MARK" * 6: "",
    "https://example.org/api/v1/keyed/cpp_" + "MARK" * 6 + "/events": "https://example.org/api/v1/keyed/",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.MARKMARK": "",
    "create_engine('postgresql://ada:MARK@localhost/db')": "create_engine('postgresql://ada:",
    "curl -H 'Authorization: Bearer MARKMARKMARKMARK'": "curl -H 'Authorization: Bearer ",
    'password = "MARK"': 'password = "',
    "DB_PASSWORD='MARK'": "DB_PASSWORD='",
    "{'api_key': 'MARK'}": "{'api_key': '",
    'os.environ["API_KEY"] = "MARK"': 'os.environ["API_KEY"] = "',
    'login(token=b"MARK")': 'login(token=b"',
}


def test_an_encrypted_key_is_redacted_completely() -> None:
    head = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00FF\n\n"
    assert redact(f"a\n{head}MIIB\nmark==\n-----END RSA PRIVATE KEY-----\nb") == f"a\n{REDACTED}\nb"


@pytest.mark.parametrize("text", SECRET_TEXTS)
def test_secrets_are_redacted(text: str) -> None:
    found = redact(f"x = 1\n{text}\ny = 2")
    assert "MARK" not in found
    assert found.startswith(f"x = 1\n{SECRET_TEXTS[text]}{REDACTED}")
    assert found.endswith("\ny = 2")


@pytest.mark.parametrize(
    "text",
    [
        "token = tokens[i]", "secret_number = 42", 'password = input("password: ")', 'print("the password is wrong")',
        "if token == 'abcd':", 'tokenizer = "wordpiece"', 'word = "token"', 'd = {"key": "value"}', "import sk_learn",
        'requests.get("https://example.org:8080/a@b")', 'for key in keys: print("key", key)',
        "risk-averse-and-long-words",
        'f"password: {password}"', "basic = 'hello'", "secret = random.randint(1, 6)", 'x["token"] = lemma("runs")',
    ],
)  # fmt: skip
def test_ordinary_code_stays_as_it_is(text: str) -> None:
    assert redact(text) == text


@given(st.text())
def test_redacting_again_changes_nothing(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize("text", ["password = 'MARK'", "\nTOKEN=MARK123\n", 'key: """x"""; secret = """\nMARK\n"""\n'])
@pytest.mark.parametrize("before", [0, 9_000, 9_010, 40_000])
@pytest.mark.parametrize("after", [0, 9_000, 40_000])
def test_a_secret_is_redacted_wherever_it_is_in_a_long_output(text: str, before: int, after: int) -> None:
    lines = "0.5 1.5 2.5\n" * 5_000
    found = redact(lines[:before] + "\n" + text + lines[:after] + text)
    assert found == lines[:before] + "\n" + redact(text + lines[:after] + text)
    assert "MARK" not in found
    assert found.count(REDACTED) == 2


def test_secrets_are_redacted_in_every_field() -> None:
    secret = "password = 'MARK'"
    texts = {"code": secret, "result": secret, "errorMessage": f"ValueError: {secret}", "metadata": {"a": [secret]}}
    event = make_event(**texts, ownField={"b": secret}, hasError=True)
    assert "MARK" not in json.dumps(kept(event, at("full")))
    assert "MARK" not in json.dumps(kept(event, None)), "secrets are redacted in unregistered classes too"
    assert "MARK" in json.dumps(kept(event, at("full", redact=False)))
    assert redact_all([1, None, {"password = 'MARK'": secret}]) == [
        1,
        None,
        {"password = 'MARK'": f"password = '{REDACTED}'"},
    ]


def test_the_text_of_a_key_that_names_a_secret_is_redacted() -> None:
    environment = {"JUPYTERHUB_API_TOKEN": "MARK", "db_password": "MARK", "LANG": "C", "nested": {"apiKey": "MARK"}}
    event = make_event(metadata={"environ": environment, "token": 7, "tokens": ["a"], "key": "value"}, password="MARK")
    found = kept(event, None)
    assert found["metadata"] == {
        "environ": {
            "JUPYTERHUB_API_TOKEN": REDACTED,
            "db_password": REDACTED,
            "LANG": "C",
            "nested": {"apiKey": REDACTED},
        },
        "token": 7,
        "tokens": ["a"],
        "key": "value",
    }
    assert found["password"] == REDACTED


PATTERNS = [*(secret.pattern for secret in SECRETS), NAMED_KEY, identities.ADDRESSES, identities.HOMES]


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: str(pattern.pattern[:30]))
def test_no_text_makes_a_pattern_slow(pattern: re.Pattern[str]) -> None:
    """No pattern has an unlimited repetition or a nested one."""

    def check(items: Any, *, repeats: bool) -> None:
        for name, value in items:
            if str(name) in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
                low, high, inner = value
                assert high != sre.MAXREPEAT
                if (low, high) != (0, 1):
                    assert not repeats
                    check(inner, repeats=True)
                else:
                    check(inner, repeats=repeats)
            elif str(name) == "SUBPATTERN":
                check(value[3], repeats=repeats)
            elif str(name) == "BRANCH":
                for branch in value[1]:
                    check(branch, repeats=repeats)
            elif str(name) in {"ASSERT", "ASSERT_NOT"}:
                check(value[1], repeats=repeats)

    check(sre.parse(pattern.pattern), repeats=False)
