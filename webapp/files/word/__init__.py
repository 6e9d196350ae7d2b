"""Documents for Word, by python-docx."""
