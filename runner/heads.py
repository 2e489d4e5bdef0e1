"""uvicorn's HTTP protocol with a limit on the head of a request: uvicorn itself buffers one of any length."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol as UnlimitedProtocol

# AWS accepts less. A longer head is refused, and its connection closed.
MOST_BYTES = 64 * 1024
REFUSAL_SECONDS = 1.0
REFUSAL = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class HttpToolsProtocol(UnlimitedProtocol):
    """Answers 431 to a request whose line and headers together are too long."""

    _in_head = True
    _received = 0
    _refused = False

    def data_received(self, data: bytes) -> None:
        """Count what arrives before the end of the headers."""
        if self._refused:
            return
        super().data_received(data)
        if self._in_head:
            self._received += len(data)
            if self._received > MOST_BYTES and not self.transport.is_closing():
                self._refused = True
                self.transport.write(REFUSAL)
                # Closing at once would reset the connection of a client that still sends, before it reads the refusal.
                self.loop.call_later(REFUSAL_SECONDS, self.transport.close)

    def on_message_begin(self) -> None:
        """Start to count."""
        super().on_message_begin()
        self._in_head, self._received = True, 0

    def on_headers_complete(self) -> None:
        """Stop counting."""
        self._in_head = False
        super().on_headers_complete()
