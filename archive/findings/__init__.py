"""Findings: counted tables that are defined in small files, in which every number knows the facts that make it."""
