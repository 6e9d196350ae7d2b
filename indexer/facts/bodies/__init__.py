"""Names of public bodies and of places, as the rules for buyer and municipality meet them."""
