"""Storage of original files, in a folder or an object store, and of uploads not yet added."""
