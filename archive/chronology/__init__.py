"""All dates of chosen papers in order, each with who did what, its words and where they stand."""
