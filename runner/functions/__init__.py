"""Lambda: functions in worker processes of AWS's own runtime client, against a Runtime API of the runner's."""
