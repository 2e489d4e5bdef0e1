"""The Sockets port on API Gateway's @connections.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
"""

from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import quote

import botocore.session
import certifi
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from urllib3.exceptions import HTTPError

from classpulse.core.errors import ConfigError, ConnectionGone, PushFailed
from classpulse.live.ports import PUSHES_AT_ONCE

TIMEOUT = urllib3.Timeout(connect=2, read=3)
# One retry, as boto3 makes: a repeated message carries the same state.
RETRIES = urllib3.Retry(
    total=1,
    allowed_methods=None,
    status_forcelist=(429, 500, 502, 503, 504),
    backoff_factor=0.1,
    respect_retry_after_header=False,
    raise_on_status=False,
)


class ApiGatewaySockets:
    """Posts to the connections of one WebSocket API's stage.

    botocore signs and urllib3 sends, so that a cold start need not load boto3.
    """

    def __init__(self, management_url: str) -> None:
        session = botocore.session.get_session()
        self._credentials = session.get_credentials()
        self._region = session.get_config_variable("region")
        if not self._region:
            raise ConfigError("AWS_DEFAULT_REGION is not set: set it (Lambda does)")
        self._connections_url = f"{management_url.rstrip('/')}/@connections/"
        self._http = urllib3.PoolManager(
            maxsize=PUSHES_AT_ONCE, timeout=TIMEOUT, retries=RETRIES, ca_certs=certifi.where()
        )

    def push(self, connection_id: str, texts: Sequence[str]) -> None:
        """See Sockets.push."""
        for text in texts:
            self._request("POST", connection_id, text.encode())

    def close(self, connection_id: str) -> None:
        """See Sockets.close."""
        try:
            self._request("DELETE", connection_id, b"")
        except ConnectionGone:
            return

    def _request(self, method: str, connection_id: str, body: bytes) -> None:
        if self._credentials is None:
            raise PushFailed("there are no AWS credentials to sign with: set AWS_ACCESS_KEY_ID (Lambda sets it)")
        request = AWSRequest(method, self._connections_url + quote(connection_id, safe=""), data=body)
        # Credentials may rotate at any time.
        SigV4Auth(self._credentials.get_frozen_credentials(), "execute-api", self._region).add_auth(request)
        try:
            answer = self._http.request(
                method, request.url, body=body, headers=dict(request.headers.items()), redirect=False
            )
        except HTTPError as error:
            raise PushFailed("API Gateway is unreachable") from error
        if answer.status == HTTPStatus.GONE:
            raise ConnectionGone("the connection is closed")
        if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise PushFailed(f"API Gateway answered {answer.status}")
