"""What must not be seen when something leaves the archive: found by class, looked at by persons, and taken out."""
