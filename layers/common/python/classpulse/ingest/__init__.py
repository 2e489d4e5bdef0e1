"""POST /api/v1/events: events, batches, authorization, privacy and redaction."""
