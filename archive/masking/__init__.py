"""Masking of sensitive data in exports: found by class, reviewed by persons, and removed."""
