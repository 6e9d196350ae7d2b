"""The watchlist, what of it a document names, and whether it asserts, asks or denies it."""
