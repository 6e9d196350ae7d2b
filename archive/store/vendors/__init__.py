"""Vendors, and what persons say of them."""
