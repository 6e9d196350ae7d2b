"""Procedures: which documents belong to one procurement or one request for information, and which are missing."""
