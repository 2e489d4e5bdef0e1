"""What every subject stands on: errors, settings, HTTP and WebSocket plumbing, PostgreSQL, Redis, metrics."""
