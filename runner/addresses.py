"""Loopback addresses, requests that come through a proxy, and addresses in URLs."""

import ipaddress
from collections.abc import Iterable, Mapping
from typing import Any

# A server that listens on all addresses is reached on this one.
LOOPBACK = "127.0.0.1"
REACHED_ON_LOOPBACK = {"0.0.0.0", "::", "localhost"}  # noqa: S104 - compared, not bound
# Headers that proxies add, in lower case. classpulse.core.loopback has the same, which a test compares.
FORWARDING_HEADERS = frozenset(
    {
        *("forwarded", "via", "cdn-loop", "client-ip", "true-client-ip", "fly-client-ip"),
        *("x-client-ip", "x-cluster-client-ip", "x-originating-ip", "x-proxyuser-ip", "x-real-ip", "x-remote-addr"),
        *("x-remote-ip", "x-host", "x-scheme", "x-proxycontextpath", "x-rewrite-url"),
    }
)
FORWARDING_PREFIXES = (
    *("x-forwarded", "x-original", "cf-", "cloudfront-", "fastly-", "tailscale-"),
    *("x-appengine-", "x-azure-", "x-envoy-", "x-nf-", "x-vercel-"),
)


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
    """Return whether a request comes from a loopback address. It may come through a proxy: see is_forwarded."""
    return bool(scope.get("client")) and is_loopback(scope["client"][0])


def is_forwarded(names: Iterable[str]) -> bool:
    """Return whether the names of a request's headers, in lower case, contain one that a proxy adds."""
    return any(name in FORWARDING_HEADERS or name.startswith(FORWARDING_PREFIXES) for name in names)


def authority(host: str, port: int) -> str:
    """Return host:port for URLs of clients on this machine."""
    reached = LOOPBACK if host in REACHED_ON_LOOPBACK else host
    return f"{f'[{reached}]' if ':' in reached else reached}:{port}"
