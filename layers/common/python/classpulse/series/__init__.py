"""Time series of a class: InfluxDB, or PostgreSQL where there is none."""
