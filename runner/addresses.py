"""Loopback addresses, and addresses in URLs."""

import ipaddress
from collections.abc import Mapping
from typing import Any

# A server that listens on all addresses is reached on this one.
LOOPBACK = "127.0.0.1"
REACHED_ON_LOOPBACK = {"0.0.0.0", "::", "localhost"}  # noqa: S104 - compared, not bound


def is_loopback(host: str) -> bool:
    """Return whether the host, an address or a name, is reachable from this machine only."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    # A listener at :: sees an IPv4 client at ::ffff:a.b.c.d.
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def is_on_this_machine(scope: Mapping[str, Any]) -> bool:
    """Return whether a request comes from a loopback address."""
    return bool(scope.get("client")) and is_loopback(scope["client"][0])


def authority(host: str, port: int) -> str:
    """Return host:port for URLs of clients on this machine."""
    reached = LOOPBACK if host in REACHED_ON_LOOPBACK else host
    return f"{f'[{reached}]' if ':' in reached else reached}:{port}"
