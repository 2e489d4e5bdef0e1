"""A tiny AWS on one machine: Lambda, Function URLs, queues and WebSocket APIs from one SAM template.

It knows AWS's shapes and the template, and nothing of the functions that it runs: see docs/runner.md.
"""
