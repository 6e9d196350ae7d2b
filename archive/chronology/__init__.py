"""Chronologies: all dates of selected documents in order, each with its sentence, actor and act."""
