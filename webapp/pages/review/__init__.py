"""Doubts: one at a time, many at once, by their values, and corrections from a file."""
