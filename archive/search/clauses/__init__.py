"""Searching for clauses: each article, section or schedule of a document is found by itself."""
