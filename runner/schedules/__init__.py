"""Schedules: functions that run by the clock."""
