"""Findings: counted tables defined in TOML files, with the facts behind every number."""
