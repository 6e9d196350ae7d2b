"""Text layers of PDF pages: whether their words can be trusted, and mending those that lie in a known way."""
