"""The profiles of vendors and of places: figures, pictures, and tables that lead to their words."""
