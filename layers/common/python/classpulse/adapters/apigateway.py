"""The Sockets port on API Gateway's @connections.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
"""

from collections.abc import Sequence
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from classpulse.errors import ConnectionGone, PushFailed

PUSHES_AT_ONCE = 8


class ApiGatewaySockets:
    """Posts to the connections of one WebSocket API's stage."""

    def __init__(self, management_url: str, client: Any = None) -> None:
        self._client = client or boto3.client(
            "apigatewaymanagementapi",
            endpoint_url=management_url,
            config=Config(
                connect_timeout=2,
                read_timeout=3,
                retries={"max_attempts": 1},
                max_pool_connections=PUSHES_AT_ONCE,
            ),
        )

    def push(self, connection_id: str, texts: Sequence[str]) -> None:
        """See Sockets.push."""
        try:
            for text in texts:
                self._client.post_to_connection(ConnectionId=connection_id, Data=text.encode())
        except self._client.exceptions.GoneException as error:
            raise ConnectionGone("the connection is closed") from error
        except (BotoCoreError, ClientError) as error:
            raise PushFailed("API Gateway did not take the message") from error

    def close(self, connection_id: str) -> None:
        """See Sockets.close."""
        try:
            self._client.delete_connection(ConnectionId=connection_id)
        except self._client.exceptions.GoneException:
            return
        except (BotoCoreError, ClientError) as error:
            raise PushFailed("API Gateway did not close the connection") from error
