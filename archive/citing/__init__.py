"""Citing what stands in the archive, and checking what was cited."""
