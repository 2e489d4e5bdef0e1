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
# Once more, as boto3 would: a repeated message is the same state.
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

    Signed by botocore and sent by urllib3: boto3's client does the same in twice the time (benchmarks/pushes.py).
    """

    def __init__(self, management_url: str) -> None:
        session = botocore.session.get_session()
        self._credentials = session.get_credentials()
        self._region = session.get_config_variable("region")
        if not self._region:
            raise ConfigError("AWS_DEFAULT_REGION is not set: Lambda sets it")
        self._connections_url = f"{management_url.rstrip('/')}/@connections/"
        self._http = urllib3.PoolManager(
            maxsize=PUSHES_AT_ONCE, timeout=TIMEOUT, retries=RETRIES, ca_certs=certifi.where()
        )

    def push(self, connection_id: str, texts: Sequence[str]) -> None:
        """See Sockets.push."""
        for text in texts:
            self._ask("POST", connection_id, text.encode())

    def close(self, connection_id: str) -> None:
        """See Sockets.close."""
        try:
            self._ask("DELETE", connection_id, b"")
        except ConnectionGone:
            return

    def _ask(self, method: str, connection_id: str, body: bytes) -> None:
        if self._credentials is None:
            raise PushFailed("there are no credentials to sign with: Lambda sets AWS_ACCESS_KEY_ID")
        request = AWSRequest(method, self._connections_url + quote(connection_id, safe=""), data=body)
        # What signs may be renewed at any time.
        SigV4Auth(self._credentials.get_frozen_credentials(), "execute-api", self._region).add_auth(request)
        try:
            answer = self._http.request(
                method, request.url, body=body, headers=dict(request.headers.items()), redirect=False
            )
        except HTTPError as error:
            raise PushFailed("API Gateway is not reached") from error
        if answer.status == HTTPStatus.GONE:
            raise ConnectionGone("the connection is closed")
        if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise PushFailed(f"API Gateway answered {answer.status}")
