"""Measurements, each a command: `python -m benchmarks.<name>`. They print tables and never fail over a time."""
