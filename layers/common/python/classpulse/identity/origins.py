"""Where a request comes from: the viewer's IP address, and the page that made it."""

import hmac
from dataclasses import dataclass
from email.message import Message
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from fastapi import Request

from classpulse.core.errors import Forbidden
from classpulse.core.problems import ErrorCode, Problem

# The distribution sets both headers, in place of a viewer's: the template's origin and its function ViewerAddress.
SECRET_HEADER = "x-origin-secret"  # noqa: S105 - a name
ADDRESS_HEADER = "true-client-ip"
FOREIGN_PAGE = Problem(
    ErrorCode.PAGE_FOREIGN,
    "a page of another origin made this request, or it is not application/json: use the dashboard's own address",
)
# An IPv6 network of this length belongs to one household or machine.
IPV6_PREFIX = 64


@dataclass(frozen=True)
class Origins:
    """secret: what only the distribution and the functions know; None: there is no distribution."""

    secret: str | None

    def address(self, request: Request) -> str:
        """Return the viewer's IP address if the distribution vouches for it, otherwise that of the peer."""
        shown = request.headers.get(SECRET_HEADER, "")
        if self.secret is not None and hmac.compare_digest(shown.encode(), self.secret.encode()):
            return _network(request.headers.get(ADDRESS_HEADER, ""))
        return _network(request.client.host if request.client else "")


def own_page(request: Request) -> None:
    """Refuse requests of pages of other origins, which a browser marks; scripts send no such mark. Raises Forbidden.

    A page at another port of the same host is of the same site, so the cookie's SameSite does not stop it. It can send
    a body without a Content-Type, for which a browser makes no preflight request.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    # Browsers send Sec-Fetch-Site to https and to localhost only; elsewhere the Host header is the page's.
    own = site in ("same-origin", "none") if site else origin is None or urlsplit(origin).netloc == request.url.netloc
    if not own or (request.method == "POST" and _content_type(request) != "application/json"):
        raise Forbidden(FOREIGN_PAGE)


def _content_type(request: Request) -> str:
    message = Message()
    message["content-type"] = request.headers.get("content-type", "")
    return message.get_content_type()


def _network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((parsed, IPV6_PREFIX), strict=False)) if parsed.version == 6 else address
