"""Stories: adding items, displaying them, and exporting stories."""
