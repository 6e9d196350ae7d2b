"""Profiles: what the findings say of one vendor or of one municipality, counted over its own units."""
