"""The review queue: a file of doubts in order of review, updated incrementally."""
