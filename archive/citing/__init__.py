"""Cite words of the archive, and verify citations."""
