"""The way that ClassPulse was first planned: what `benchmarks.throughput` compares with.

One Redis PUBLISH an event, one worker with a session an event, get-or-create by ORM and a commit for each row, and a
loop over the sockets. Written as a good programmer would write that plan; the InfluxDB write an event is left out, in
its favour.
"""
