"""A small AWS on one machine: Lambda, Function URLs, event sources and WebSocket APIs from one SAM template.

It depends on AWS's interfaces and the template, not on the functions that it runs: see docs/reference/runner.md.
"""
