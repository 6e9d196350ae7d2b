"""From what the archive answers to what templates show: labels, links and marks, made before any template runs."""
