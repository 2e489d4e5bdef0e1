"""Checks signatures of AWS requests (Signature Version 4), so that only holders of the run's secret key may call.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import re
import time
from calendar import timegm
from urllib.parse import quote

from runner.http_server import Scope

ALGORITHM = "AWS4-HMAC-SHA256"
AUTHORIZATION = re.compile(
    rf"{ALGORITHM} Credential=(?P<key>\w+)/"
    r"(?P<scope>(?P<date>\d{8})/(?P<region>[\w-]+)/(?P<service>[\w-]+)/aws4_request),"
    r" ?SignedHeaders=(?P<headers>[a-z0-9;-]+), ?Signature=(?P<signature>[0-9a-f]{64})",
    re.ASCII,
)
TIME_FORMAT = "%Y%m%dT%H%M%SZ"
# AWS refuses requests that are older.
VALID_SECONDS = 300
SIGNED = {"host", "x-amz-date"}


class Signatures:
    """Checks requests against one key pair."""

    def __init__(self, access_key: str, secret_key: str) -> None:
        self._access_key = access_key
        self._secret_key = secret_key

    def valid(self, scope: Scope, body: bytes) -> bool:
        """Return whether the request was signed with the key pair, for its host and body, in the last five minutes."""
        headers = _headers_of(scope)
        match = AUTHORIZATION.fullmatch(headers.get("authorization", ""))
        if match is None or not hmac.compare_digest(match["key"], self._access_key):
            return False
        names = match["headers"].split(";")
        moment = headers.get("x-amz-date", "")
        if not SIGNED.issubset(names) or not moment.startswith(match["date"]) or not _recent(moment):
            return False
        request = _canonical(scope, names, headers, body)
        text = f"{ALGORITHM}\n{moment}\n{match['scope']}\n{hashlib.sha256(request.encode('latin-1')).hexdigest()}"
        key = f"AWS4{self._secret_key}".encode()
        for part in (match["date"], match["region"], match["service"], "aws4_request"):
            key = hmac.digest(key, part.encode("latin-1"), "sha256")
        expected = hmac.digest(key, text.encode("latin-1"), "sha256").hex()
        return hmac.compare_digest(match["signature"], expected)


def _headers_of(scope: Scope) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    return headers


def _canonical(scope: Scope, names: list[str], headers: dict[str, str], body: bytes) -> str:
    # The path is encoded a second time, as for every service but S3. @connections has no query.
    path = quote(scope["raw_path"], safe="/~")
    query = scope["query_string"].decode("latin-1")
    lines = [f"{name}:{' '.join(headers.get(name, '').split())}" for name in names]
    digest = hashlib.sha256(body).hexdigest()
    return "\n".join([scope["method"], path, query, *lines, "", ";".join(names), digest])


def _recent(moment: str) -> bool:
    try:
        signed = timegm(time.strptime(moment, TIME_FORMAT))
    except ValueError:
        return False
    return abs(time.time() - signed) <= VALID_SECONDS
