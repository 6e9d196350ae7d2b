"""Comparing clauses: two of them word by word, those on one topic of a vendor, and contracts made on one template."""
