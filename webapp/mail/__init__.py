"""News that goes out by mail: the digests of saved searches."""
