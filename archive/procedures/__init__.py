"""Procedures: grouping of documents to procurements or information requests, and their missing documents."""
