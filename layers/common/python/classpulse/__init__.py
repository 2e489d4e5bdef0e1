"""ClassPulse: the events of a programming class, kept without loss and shown to its teacher as they happen."""
