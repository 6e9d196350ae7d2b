"""Commands for what the reading room shows, for readers at a terminal. ``dosije.py`` puts them together with others."""
