"""The terminal commands of an archive. ``dosije.py`` puts them together with those of the indexer and the web."""
