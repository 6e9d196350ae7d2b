"""Scoring what the rules read from documents against what people read in them."""
