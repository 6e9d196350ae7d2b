"""Archives: ZIP, TAR, 7z, RAR and single compressed files. Each is a list of names, and holds what they name."""
