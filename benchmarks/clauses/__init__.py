"""Clauses against hand-made truth tables: articles, headings and stavovi, from text and through OCR."""
