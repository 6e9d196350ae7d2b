"""The reading room in a real browser: how its main pages load, and how many clicks a reader's work takes."""
