"""The pages on which contracts are compared."""
