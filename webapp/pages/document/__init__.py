"""The pages of a document: its scan in one scroll, what is known of it, its single pages and its clauses."""
