"""Reviewing facts: evidence, corrections, confirmations, and the review queue of doubts."""
