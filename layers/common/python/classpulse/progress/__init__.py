"""Stores facts, folds them into progress, records attention, and sends updates."""
