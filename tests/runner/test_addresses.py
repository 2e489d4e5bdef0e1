"""Access without credentials exists only while the local runner listens on loopback."""

import json
from pathlib import Path

import pytest
from classpulse.core import loopback

import local_runner
from runner import addresses
from runner.embedded.data_dir import DataDir
from runner.stores import SERVERS, Stores


@pytest.mark.parametrize(
    ("host", "opened", "parameters"),
    [
        ("127.0.0.1", True, []),
        ("localhost", True, []),
        ("::1", True, []),
        ("0.0.0.0", False, []),
        ("192.0.2.1", False, ["--parameter", f"StandingTicket={'t' * 20}"]),
    ],
)
def test_open_ingest_and_the_standing_ticket_exist_on_loopback_only(
    host: str, opened: bool, parameters: list[str], tmp_path: Path
) -> None:
    options = local_runner.parser().parse_args(["--host", host, *parameters])
    data_dir = DataDir(tmp_path)
    stores = Stores(
        data_dir, "classpulse", {"DATABASE_URL": "postgresql://host/db", "REDIS_URL": "redis://host"}, SERVERS
    )
    found = local_runner.parameters_of(options, stores, data_dir)
    keys = json.loads((tmp_path / "keys.json").read_text())
    data_dir.close()
    assert found["OpenIngest"] == str(opened).lower()
    assert found["StandingTicket"] == keys.get("standing_ticket", "")
    assert bool(found["StandingTicket"]) == opened
    # A secret of its own: it opens sockets and nothing else.
    assert len(set(keys.values())) == len(keys)
    # On any other address the limits of the template apply.
    limits = {name: value for name, value in found.items() if name.startswith("MaxEvents")}
    names = ("MaxEventsPerStudentPerMinute", "MaxEventsPerKeyPerMinute", "MaxEventsPerPathKeyPerMinute")
    assert limits == (dict.fromkeys(names, "0") if opened else {})


def test_the_runner_and_the_functions_know_the_same_forwarding_headers() -> None:
    """Neither imports the other."""
    assert addresses.FORWARDING_HEADERS == loopback.FORWARDING_HEADERS
    assert addresses.FORWARDING_PREFIXES == loopback.FORWARDING_PREFIXES
    for name in (*addresses.FORWARDING_HEADERS, *(f"{prefix}x" for prefix in addresses.FORWARDING_PREFIXES)):
        assert addresses.is_forwarded(["host", name])
    assert not addresses.is_forwarded(["host", "origin", "cookie", "user-agent", "x-correlation-id", "viable"])


def test_a_failed_sign_in_link_is_logged_with_the_remedy(caplog: pytest.LogCaptureFixture) -> None:
    assert local_runner.one_time_link("http://127.0.0.1:1/api/v1/session/links", "t" * 20) is None
    assert [record.message.partition(":")[0] for record in caplog.records] == [
        *["no link that signs in"] * local_runner.LINK_TRIES,
        "ask for a link yourself",
    ]
    assert "t" * 20 not in caplog.text
