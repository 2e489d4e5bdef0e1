"""Whether a host name means this machine."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Return whether a host, without its port, is localhost, a subdomain of localhost, or a loopback address."""
    try:
        return host == "localhost" or host.endswith(".localhost") or ip_address(host).is_loopback
    except ValueError:
        return False
