"""What faces the network: Function URLs, the WebSocket API, @connections, static files, and CloudFront's routes."""
