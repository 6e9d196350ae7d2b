"""Profiles: the findings of one vendor or one municipality, counted over its own units."""
