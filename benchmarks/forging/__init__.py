"""Citations forged and altered, and what the verifier says of them."""
