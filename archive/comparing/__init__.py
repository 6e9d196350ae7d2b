"""Comparison of clauses: two clauses word by word, clauses on one topic, and contracts made on one template."""
