"""Notes that persons make on what stands in documents."""
