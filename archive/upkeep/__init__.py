"""Looking after an archive: check, repair, backup, restore, move, status."""
