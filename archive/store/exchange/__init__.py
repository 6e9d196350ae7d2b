"""How papers come in by themselves, and how news goes out by mail: what was taken, and what was sent."""
