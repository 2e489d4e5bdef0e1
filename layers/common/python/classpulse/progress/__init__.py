"""Facts become progress: storing, folding, attention, and the updates that follow."""
