"""The HTTP apps of functions that serve several subjects, and the documents that describe the API."""
