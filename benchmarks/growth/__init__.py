"""What everything costs in archives of 20,000, 200,000 and 1,000,000 documents: what must not grow, and what does."""
