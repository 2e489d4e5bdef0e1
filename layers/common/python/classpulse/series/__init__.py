"""The time series of a class, in InfluxDB, or in PostgreSQL where no InfluxDB is configured."""
