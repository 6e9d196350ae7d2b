"""Stories: what is put into one, what it then shows, and how it leaves the archive."""
