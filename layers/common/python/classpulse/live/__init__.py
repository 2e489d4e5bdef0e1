"""Who watches a class: subscriptions, tickets, messages of the WebSocket, pushes."""
