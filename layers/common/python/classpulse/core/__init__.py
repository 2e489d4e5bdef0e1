"""Shared by all subjects: errors, settings, HTTP and WebSocket plumbing, PostgreSQL, Redis, metrics."""
