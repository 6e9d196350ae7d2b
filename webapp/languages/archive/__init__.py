"""What the archive says, by subject, as the catalogs have it."""
