"""What a paper calls itself, and in one line what it is about."""
