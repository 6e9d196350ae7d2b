"""Procedures: which documents belong to one procurement or one request for information, and what is missing of it."""
