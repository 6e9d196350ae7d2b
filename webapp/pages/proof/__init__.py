"""What a reader takes away as proof: evidence packets, and dates in order."""
