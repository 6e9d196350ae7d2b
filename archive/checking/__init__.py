"""Is the archive whole? ``check`` finds what is not, ``repairing`` mends what can be mended without losing anything."""
