"""One adapter for each engine under test."""
