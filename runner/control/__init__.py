"""Looking into a running system and steering it: status, metrics, invocations, dead letters."""
