"""Vendors, and rulings of persons on them."""
