"""A story as a public page: static files for any web server."""
