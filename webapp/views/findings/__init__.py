"""The views of findings: their pages and files, the report of all, and exchange rates."""
