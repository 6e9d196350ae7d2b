"""Ours beside stock Whoosh, SQLite FTS5, tantivy and Xapian: one corpus, one analysis, one run."""
