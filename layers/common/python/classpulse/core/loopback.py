"""Whether a host name means this machine, and whether a request comes from it without a proxy between."""

from collections.abc import Mapping
from ipaddress import ip_address

# Headers that proxies add, in lower case. runner.addresses has the same, which a test compares.
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
    """Return whether a host, without its port, is localhost, a subdomain of localhost, or a loopback address."""
    try:
        return host == "localhost" or host.endswith(".localhost") or ip_address(host).is_loopback
    except ValueError:
        return False


def is_forwarded(headers: Mapping[str, str]) -> bool:
    """Return whether a proxy has passed the request on: behind one, every request seems to come from this machine.

    A Function URL itself tells the function the client's address and the scheme: one loopback address, and http.
    """
    return any(
        name in FORWARDING_HEADERS or name.startswith(FORWARDING_PREFIXES)
        for name, value in ((name.lower(), value) for name, value in headers.items())
        if not (name == "x-forwarded-for" and is_loopback(value)) and (name, value) != ("x-forwarded-proto", "http")
    )
