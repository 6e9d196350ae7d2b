"""What a paper names: terms and things of the watchlist, and whether it asserts, asks or denies them."""
