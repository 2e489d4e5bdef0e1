"""The HTTP apps of the functions that serve several subjects, and the documents that describe the API."""
