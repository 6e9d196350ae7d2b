"""What leaves the reading room as a file: tables for spreadsheets, and documents for Word in ``word``."""
