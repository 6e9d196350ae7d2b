"""The terminal commands that need the reading room: they open it, or print what its pages show."""
