"""The baseline of `benchmarks.throughput`: the straightforward design of a live view.

A Redis PUBLISH for each event; one worker with a session for each event, get-or-create by ORM and a commit for each
row; a loop over the sockets. It is written with care. It writes nothing to InfluxDB, which favours it.
"""
