"""A file of doubts in the order in which they are looked at, kept by change."""
