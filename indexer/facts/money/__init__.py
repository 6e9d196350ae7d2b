"""Numbers, sums of money, and what the amounts of a document are."""
