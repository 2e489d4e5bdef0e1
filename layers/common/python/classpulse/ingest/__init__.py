"""POST /api/v1/events: events, batches, privacy, redaction and who may send what."""
