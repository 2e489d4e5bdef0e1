"""EventBridge schedules: functions that run at fixed times."""
