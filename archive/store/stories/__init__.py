"""Stories, and what readers mark on documents."""
