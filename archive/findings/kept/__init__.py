"""What one finding keeps for the next: units, of now and of then, and what each adds to a table."""
