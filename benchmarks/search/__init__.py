"""Ours beside stock Whoosh, SQLite FTS5 and tantivy: one corpus, one analysis, one run."""
