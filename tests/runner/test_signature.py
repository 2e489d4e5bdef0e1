"""Signatures of AWS requests, made by botocore.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore import auth
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from runner.edge.signature import Signatures

KEYS = ("LOCALKEY", "secret")
URL = "http://127.0.0.1:8000/live/@connections/a%2Fb%3D"
BODY = b'{"type": "progress"}'


def signed(url: str = URL, method: str = "POST", body: bytes = BODY, keys: tuple[str, str] = KEYS) -> dict[str, Any]:
    """Return the ASGI scope of a request that botocore has signed."""
    request = AWSRequest(method, url, data=body, headers={"Content-Type": "application/json"})
    SigV4Auth(Credentials(*keys, "token"), "execute-api", "us-east-1").add_auth(request)
    parts = urlsplit(url)
    headers = [(b"host", parts.netloc.encode())]
    headers += [(name.lower().encode(), str(value).encode()) for name, value in request.headers.items()]
    return {
        "method": method,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "headers": headers,
    }


def changed(scope: dict[str, Any], name: str, value: str | None) -> dict[str, Any]:
    """Return the scope with another value of a header, or without it."""
    kept = [(given, text) for given, text in scope["headers"] if given != name.encode()]
    return scope | {"headers": kept + ([(name.encode(), value.encode("latin-1"))] if value is not None else [])}


def authorization(scope: dict[str, Any]) -> str:
    return str(dict(scope["headers"])[b"authorization"].decode())


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("path", ["a%2Fb%3D", "plain", "caf%C3%A9", "a~b_c.d", "%20"])
def test_what_the_sdk_has_signed_is_valid(method: str, path: str) -> None:
    scope = signed(URL.replace("a%2Fb%3D", path), method)
    assert Signatures(*KEYS).valid(scope, BODY)


def test_any_change_makes_a_signature_invalid() -> None:
    check = Signatures(*KEYS)
    scope = signed()
    assert not check.valid(scope, BODY + b" ")
    assert not check.valid(scope | {"method": "DELETE"}, BODY)
    assert not check.valid(scope | {"raw_path": b"/live/@connections/other"}, BODY)
    assert not check.valid(scope | {"query_string": b"a=1"}, BODY)
    for name, value in (("host", "attacker.example"), ("x-amz-date", None), ("authorization", None), ("host", None)):
        assert not check.valid(changed(scope, name, value), BODY)
    given = authorization(scope)
    last = "0" if given[-1] != "0" else "1"
    for text in ("", "Bearer x", given[:-1] + last, given[:-1], given + "0", given.replace("us-east-1", "eu-west-1"),
                 given.replace("LOCALKEY", "é")):  # fmt: skip
        assert not check.valid(changed(scope, "authorization", text), BODY)
    assert check.valid(scope, BODY)


@pytest.mark.parametrize("keys", [(KEYS[0], "other"), ("OTHER", KEYS[1]), (KEYS[0], "")])
def test_other_keys_are_refused(keys: tuple[str, str]) -> None:
    assert not Signatures(*KEYS).valid(signed(keys=keys), BODY)


def test_host_and_time_must_be_signed() -> None:
    """Otherwise a signed request could be sent again, to another address and at any time."""
    scope = signed()
    for name in ("host;", "x-amz-date;"):
        text = authorization(scope).replace(name, "")
        assert not Signatures(*KEYS).valid(changed(scope, "authorization", text), BODY)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_signature_is_valid_for_five_minutes(monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
    now = datetime.now(UTC)
    monkeypatch.setattr(auth, "get_current_datetime", lambda **_: now.replace(tzinfo=None) + timedelta(minutes=minutes))
    scope = signed()
    assert not Signatures(*KEYS).valid(scope, BODY)
    monkeypatch.undo()
    assert Signatures(*KEYS).valid(signed(), BODY)
