"""Live updates: subscriptions, tickets, messages of the WebSocket, pushes."""
