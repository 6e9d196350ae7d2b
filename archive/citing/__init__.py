"""Citations: making and verifying them."""
