"""Registered classes: settings, members, keys and rosters."""
