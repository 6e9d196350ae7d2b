"""Maintenance of an archive: check, repair, backup, restore, move, status."""
