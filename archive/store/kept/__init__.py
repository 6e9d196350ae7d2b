"""Files of the cache with what follows from the catalog: units of findings and their lines, and doubts in order."""
