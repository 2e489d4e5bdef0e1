"""Which address counts, and which pages may use the session's cookie."""

import pytest
from classpulse.core.errors import Forbidden
from classpulse.identity.origins import Origins, own_page
from fastapi import Request

SECRET = "an-origin-secret-of-the-tests-0123"
PEER, VIEWER = "203.0.113.9", "192.0.2.1"


def request(method: str = "POST", peer: str = PEER, **headers: str) -> Request:
    shown = {"host": "localhost:8000"} | {name.replace("_", "-"): value for name, value in headers.items()}
    scope = {
        "type": "http",
        "method": method,
        "scheme": "http",
        "path": "/api/v1/session",
        "query_string": b"",
        "client": (peer, 1234),
        "headers": [(name.encode(), value.encode()) for name, value in shown.items()],
    }
    return Request(scope)


def test_the_viewers_address_counts_if_the_distribution_vouches_for_it() -> None:
    vouched = request(x_origin_secret=SECRET, true_client_ip=VIEWER, x_forwarded_for="198.51.100.1")
    assert Origins(SECRET).address(vouched) == VIEWER


@pytest.mark.parametrize("shown", ["", "a-forged-secret-of-the-tests", SECRET[:-1], "秘密"])
def test_a_forged_address_without_the_secret_is_ignored(shown: str) -> None:
    forged = request(x_origin_secret=shown, true_client_ip=VIEWER, x_forwarded_for=VIEWER)
    assert Origins(SECRET).address(forged) == PEER


def test_without_a_distribution_the_peer_counts() -> None:
    assert Origins(None).address(request(x_origin_secret="", true_client_ip=VIEWER)) == PEER


def test_addresses_of_one_ipv6_network_count_as_one() -> None:
    assert Origins(None).address(request(peer="2001:db8:1:2:3::4")) == "2001:db8:1:2::/64"
    vouched = request(x_origin_secret=SECRET, true_client_ip="2001:db8:1:2:ffff::1")
    assert Origins(SECRET).address(vouched) == "2001:db8:1:2::/64"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec_fetch_site": "same-origin", "origin": "https://another.example.org"},
        {"sec_fetch_site": "none"},
        {"origin": "http://localhost:8000"},
        {"content_type": "application/json; charset=utf-8"},
    ],
)
def test_the_dashboards_own_page_and_scripts_may_use_the_session(headers: dict[str, str]) -> None:
    own_page(request(**{"content_type": "application/json", **headers}))


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "cross-site"},
        {"origin": "http://localhost:8888"},
        {"origin": "null"},
        {"content_type": "text/plain"},
        {"content_type": ""},
    ],
)
def test_a_page_of_another_origin_may_not_use_the_session(headers: dict[str, str]) -> None:
    with pytest.raises(Forbidden):
        own_page(request(**{"content_type": "application/json", **headers}))
