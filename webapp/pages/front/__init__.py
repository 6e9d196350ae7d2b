"""The front page, and what findings say of places."""
