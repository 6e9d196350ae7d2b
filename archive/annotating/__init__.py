"""Annotations of documents."""
