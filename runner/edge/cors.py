"""Cross-origin headers of a Function URL's Cors property.

https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
"""

from runner.template.model import Cors

Headers = list[tuple[bytes, bytes]]


def is_preflight(method: str, headers: Headers) -> bool:
    """Return whether the request is a preflight request, which does not invoke the function."""
    names = {name for name, _ in headers}
    return method == "OPTIONS" and b"origin" in names and b"access-control-request-method" in names


def cors_headers(cors: Cors, request_headers: Headers, *, preflight: bool = False) -> Headers:
    """Return the headers to add to the answer; none for an origin that is not allowed."""
    origin = next((value.decode("latin-1") for name, value in request_headers if name == b"origin"), None)
    if origin is None or not ({"*", origin} & set(cors.allow_origins)):
        return []
    anyone = "*" in cors.allow_origins and not cors.allow_credentials
    headers = [("access-control-allow-origin", "*" if anyone else origin)]
    if not anyone:
        headers.append(("vary", "Origin"))
    if cors.allow_credentials:
        headers.append(("access-control-allow-credentials", "true"))
    if cors.expose_headers and not preflight:
        headers.append(("access-control-expose-headers", ",".join(cors.expose_headers)))
    if preflight:
        headers.append(("access-control-allow-methods", ",".join(cors.allow_methods)))
        headers.append(("access-control-allow-headers", ",".join(cors.allow_headers)))
        headers.append(("access-control-max-age", str(cors.max_age)))
    return [(name.encode(), value.encode("latin-1")) for name, value in headers]
