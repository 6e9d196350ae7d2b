"""Scoring of extracted facts against hand-made labels."""
