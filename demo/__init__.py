"""A simulated class of students that posts events to the public address, as notebooks do."""
