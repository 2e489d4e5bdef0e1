"""Lambda: functions in worker processes of AWS's runtime client, which talk to the runner's Runtime API."""
