"""Storage: originals as files, everything known about them in the catalog."""
